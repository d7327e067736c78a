package dev.rialto.messages;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/// Text in addresses (RFC 3986, 2.1): all but letters, digits, `-`, `.`, `_` and `~` is encoded.
final class PercentEncoding {
    private PercentEncoding() {}

    static String of(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /// A query string, in the order of the map. It is a form, too.
    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> of(each.getKey()) + "=" + of(each.getValue()))
                .collect(Collectors.joining("&"));
    }
}
