package dev.rialto.jvmworker;

import dev.rialto.kernel.Json;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls as requests to a program: those of endpoints below `/web` as the client sent them, all
/// others as `POST` below `/call`. So no client can make its request look like another call.
final class ProgramRequests {
    /// What begins the names of headers that only Rialto sets.
    private static final String OWN_HEADERS = "x-rialto-";

    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private static final String UNRESERVED = "-._~!$&'()*+,;=:@/?";
    private static final int ESCAPE_LENGTH = 3;

    private final String origin;
    private final Set<String> takingRequests;

    /// @param takingRequests the interfaces that take the requests of clients
    ProgramRequests(int port, Set<String> takingRequests) {
        this.takingRequests = takingRequests;
        this.origin = "http://127.0.0.1:" + port;
    }

    /// Whether a call is the request of a client to an endpoint, which is passed on whole.
    boolean isWhole(ObjectNode call) {
        return call.path("kind").asString("").equals("endpoint")
                && takingRequests.contains(call.path("interface").asString(""));
    }

    /// @param token lets the program ask the platform during the call
    HttpRequest of(ObjectNode call, String token) {
        HttpRequest.Builder request = isWhole(call) ? whole(call.path("input")) : posted(call);
        return request.header(PlatformDoor.CALL_HEADER, token)
                .header("X-Rialto-Interface", call.path("interface").asString(""))
                .header("X-Rialto-Request-Id", call.path("requestId").asString(""))
                .header("X-Rialto-Within", String.valueOf(call.path("within").asLong(0)))
                .header("X-Rialto-Caller", call.path("caller").path("kind").asString(""))
                .build();
    }

    private HttpRequest.Builder posted(ObjectNode call) {
        String path = call.path("interface").asString("").replaceFirst("-", "/");
        return HttpRequest.newBuilder(URI.create(origin + "/call/" + path))
                .header("Content-Type", "application/json")
                .POST(
                        BodyPublishers.ofByteArray(
                                Json.mapper().writeValueAsBytes(call.path("input"))));
    }

    private HttpRequest.Builder whole(JsonNode input) {
        String url = input.path("url").asString("");
        int query = url.indexOf('?');
        String target =
                "/web"
                        + escaped(input.path("path").asString(""), false)
                        + (query < 0 ? "" : "?" + escaped(url.substring(query + 1), true));
        byte[] body =
                input.path("body").isString() ? input.path("body").binaryValue() : new byte[0];
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(origin + target))
                        .method(
                                input.path("method").asString(""),
                                body.length == 0
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(body));
        input.path("headers")
                .properties()
                .forEach(each -> {
                    if (isPassedOn(each.getKey())) {
                        request.header(each.getKey(), each.getValue().asString(""));
                    }
                });
        return request;
    }

    private static boolean isPassedOn(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return !HOP_BY_HOP.contains(name) && !name.startsWith(OWN_HEADERS);
    }

    /// Whether a header of a program's response is for the client.
    static boolean isForClient(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return isPassedOn(name) && !name.startsWith(":") && !name.equals("date");
    }

    /// Escapes what can't stand in a URL.
    ///
    /// @param encoded whether there are escapes already
    private static String escaped(String part, boolean encoded) {
        var escaped = new StringBuilder();
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char each = (char) (bytes[i] & 0xff);
            boolean letter = each < 0x80 && Character.isLetterOrDigit(each);
            boolean escape = encoded && each == '%' && isEscape(bytes, i);
            boolean plain = UNRESERVED.indexOf(each) >= 0 && (encoded || each != '?');
            if (letter || escape || plain) {
                escaped.append(each);
            } else {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(bytes[i]));
            }
        }
        return escaped.toString();
    }

    private static boolean isEscape(byte[] bytes, int at) {
        return at + ESCAPE_LENGTH <= bytes.length
                && HexFormat.isHexDigit(bytes[at + 1])
                && HexFormat.isHexDigit(bytes[at + 2]);
    }
}
