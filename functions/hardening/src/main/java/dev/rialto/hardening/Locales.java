package dev.rialto.hardening;

import java.util.Locale;
import java.util.Set;

/// What hardened code calls to make a locale. The JDK keeps formats and names for each locale that
/// it is asked for, in tables of the whole server that forget nothing. So only so many may be made
/// besides those that the JDK knows, with names of a sensible length.
public final class Locales {
    /// Each takes the JDK about 20 KB.
    static final int MOST = 2_000;

    static final int MOST_OF_APP = 200;

    static final int LONGEST = 64;

    private static final KeptValues<Locale> KEPT =
            new KeptValues<>("the locale", Set.of(Locale.getAvailableLocales()), MOST, MOST_OF_APP);

    private Locales() {}

    /// Finds out what the JDK knows, which must not happen within a call that may be ended.
    static void prepare() {
        // The initialiser of the class has done it.
    }

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale of(String language) {
        return admitted(Locale.of(language));
    }

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale of(String language, String country) {
        return admitted(Locale.of(language, country));
    }

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale of(String language, String country, String variant) {
        return admitted(Locale.of(language, country, variant));
    }

    @InsteadOf(value = Locale.class, isStatic = true)
    public static Locale forLanguageTag(String tag) {
        return admitted(Locale.forLanguageTag(tag));
    }

    @InsteadOf(Locale.Builder.class)
    public static Locale build(Locale.Builder builder) {
        return admitted(builder.build());
    }

    @BeforeNew(Locale.class)
    public static void beforeNew(String language) {
        of(language);
    }

    @BeforeNew(Locale.class)
    public static void beforeNew(String language, String country) {
        of(language, country);
    }

    @BeforeNew(Locale.class)
    public static void beforeNew(String language, String country, String variant) {
        of(language, country, variant);
    }

    private static Locale admitted(Locale locale) {
        if (length(locale) > LONGEST) {
            throw new IllegalArgumentException(
                    "the parts of a locale have at most " + LONGEST + " characters together");
        }
        KEPT.admit(locale, Brake.currentOwner());
        return locale;
    }

    private static long length(Locale locale) {
        long length =
                (long) locale.getLanguage().length()
                        + locale.getScript().length()
                        + locale.getCountry().length()
                        + locale.getVariant().length();
        for (char each : locale.getExtensionKeys()) {
            length += locale.getExtension(each).length() + 3L;
        }
        return length;
    }
}
