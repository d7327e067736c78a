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

    /// The language of a request's pages: the nearest to the one it names, else to the one its user
    /// likes best.
    static String of(Call call) {
        return nearest(ranges(call));
    }

    /// The language itself, whether there are pages in it or not.
    static String wanted(Call call) {
        return parsed(ranges(call)).stream()
                .map(each -> Locale.forLanguageTag(each.getRange()))
                .filter(each -> !each.getLanguage().isEmpty())
                .map(Locale::toLanguageTag)
                .findFirst()
                .orElse(ALL.getFirst());
    }

    private static String ranges(Call call) {
        String named = call.parameters().path("locale").asString("");
        return named.isEmpty() ? call.header("Accept-Language").orElse("") : named;
    }

    private static List<Locale.LanguageRange> parsed(String ranges) {
        if (ranges.isBlank() || ranges.length() > MAX_HEADER) {
            return List.of();
        }
        try {
            return Locale.LanguageRange.parse(ranges).stream()
                    .filter(each -> each.getWeight() > 0)
                    .toList();
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }

    /// @param ranges as in `Accept-Language`
    static String nearest(String ranges) {
        return parsed(ranges).stream()
                .flatMap(
                        each -> ALL.stream().filter(language -> matches(each.getRange(), language)))
                .findFirst()
                .orElse(ALL.getFirst());
    }

    private static boolean matches(String range, String language) {
        return range.split("-", 2)[0].equalsIgnoreCase(language.split("-", 2)[0]);
    }
}
