package dev.rialto.pages;

import dev.rialto.http.Call;
import java.util.List;
import java.util.Locale;

/// The languages that pages are in.
final class Languages {
    /// The first one is shown to those who understand none of them.
    static final List<String> ALL = List.of("en", "zh-CN");

    private static final int MAX_HEADER = 1_000;

    private Languages() {}

    /// The language of a request: the one it names, else the one its user likes best.
    static String of(Call call) {
        String wanted = call.parameters().path("locale").asString("");
        if (wanted.isEmpty()) {
            wanted = call.header("Accept-Language").orElse("");
        }
        return nearest(wanted);
    }

    /// @param ranges as in `Accept-Language`
    static String nearest(String ranges) {
        if (ranges.isBlank() || ranges.length() > MAX_HEADER) {
            return ALL.getFirst();
        }
        try {
            return Locale.LanguageRange.parse(ranges).stream()
                    .filter(each -> each.getWeight() > 0)
                    .flatMap(each ->
                            ALL.stream().filter(language -> matches(each.getRange(), language)))
                    .findFirst()
                    .orElse(ALL.getFirst());
        } catch (IllegalArgumentException _) {
            return ALL.getFirst();
        }
    }

    private static boolean matches(String range, String language) {
        return range.split("-", 2)[0].equalsIgnoreCase(language.split("-", 2)[0]);
    }
}
