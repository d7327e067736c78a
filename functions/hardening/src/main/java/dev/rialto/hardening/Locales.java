package dev.rialto.hardening;

import java.util.Locale;
import java.util.Set;

/// What hardened code calls to get a locale: one that the JDK knows. The JDK keeps formats for each
/// locale that it is asked for, in caches of the whole server that forget nothing.
public final class Locales {
    private static final Set<Locale> KNOWN = Set.of(Locale.getAvailableLocales());

    private Locales() {}

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale of(String language) {
        return known(Locale.of(language));
    }

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale of(String language, String country) {
        return known(Locale.of(language, country));
    }

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale of(String language, String country, String variant) {
        return known(Locale.of(language, country, variant));
    }

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale forLanguageTag(String tag) {
        return known(Locale.forLanguageTag(tag));
    }

    private static Locale known(Locale locale) {
        if (!KNOWN.contains(locale)) {
            throw new IllegalArgumentException("there is no such locale here");
        }
        return locale;
    }
}
