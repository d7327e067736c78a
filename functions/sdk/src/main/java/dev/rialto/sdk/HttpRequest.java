package dev.rialto.sdk;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request to an [Endpoint].
///
/// @param method e.g. `GET`
/// @param url the address that was called, with its query string, as clients reach it
/// @param path below `/v1/web`
/// @param parameters of the path and, where it names none, of the query string
/// @param headers by their names in lower case; the app's keys, session tokens and, unless
///   [Endpoint#credentials] names them, `Authorization` and `Cookie` are not among them
/// @param body as it was sent, to the byte
public record HttpRequest(
        String method,
        String url,
        String path,
        Map<String, String> parameters,
        Map<String, String> headers,
        byte[] body) {
    public HttpRequest {
        parameters = Map.copyOf(parameters);
        headers = Map.copyOf(headers);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /// The body as UTF-8 text.
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /// The fields of a body that is an HTML form (`application/x-www-form-urlencoded`); of a field
    /// that comes several times the last.
    ///
    /// @throws IllegalArgumentException when the body is not such a form
    public Map<String, String> form() {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String each : text().split("&", -1)) {
            if (!each.isEmpty()) {
                int sign = each.indexOf('=');
                fields.put(
                        decoded(sign < 0 ? each : each.substring(0, sign)),
                        sign < 0 ? "" : decoded(each.substring(sign + 1)));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
