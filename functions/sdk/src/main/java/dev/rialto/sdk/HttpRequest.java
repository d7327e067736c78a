package dev.rialto.sdk;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request to an [Endpoint].
///
/// @param method e.g. `GET`
/// @param path below `/v1/web`
/// @param parameters of the path and, where it names none, of the query string
/// @param headers by their names in lower case; keys and session tokens are not among them
public record HttpRequest(
        String method,
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
}
