package dev.rialto.hardening;

import java.util.Locale;
import java.util.Set;

/// Replaces methods that create locales in hardened code. The JDK caches formats and names for each
/// locale it is asked for, in server-wide tables that are never cleared. So the number of locales
/// beyond those of the JDK is limited, and so is the length of their names.
public final class GuardedLocales {
    /// Each takes the JDK about 20 KB.
    static final int MAX_LOCALES = 2_000;

    static final int MAX_OF_APP = 200;

    static final int MAX_LENGTH = 64;

    private static final KeptValues<Locale> KEPT =
            new KeptValues<>(
                    "the locale", Set.of(Locale.getAvailableLocales()), MAX_LOCALES, MAX_OF_APP);

    private GuardedLocales() {}

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
        if (length(locale) > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a locale must have at most " + MAX_LENGTH + " characters");
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
