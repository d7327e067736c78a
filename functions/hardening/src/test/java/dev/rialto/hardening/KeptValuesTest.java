package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the JDK would keep for as long as the server runs.
class KeptValuesTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Watchdog WATCHDOG = Watchdog.start((_, _, _) -> {});

    private static final String FORMS =
            """
            interface Maker { Locale make(String name); }
            interface Two { Locale make(String language, String country); }
            static Locale of(String name) { return Locale.of("de", "DE", name); }
            static Locale language(String name) { return Locale.of("q" + name); }
            static Locale country(String name) { return Locale.of("de", name); }
            static Locale tag(String name) { return Locale.forLanguageTag("de-x-" + name); }
            static Locale built(String name) {
                return new Locale.Builder().setLanguage("de").setVariant(name).build();
            }
            static Locale made(String name) { return new Locale("q" + name); }
            static Locale made2(String name) { return new Locale("de", name); }
            static Locale made3(String name) { return new Locale("de", "CH", name); }
            static Locale reference(String name) { Two two = Locale::new; return two.make("q", name); }
            static Locale staticReference(String name) { Two two = Locale::of; return two.make("q", name); }
            static int made(Maker maker) {
                int count = 0;
                try {
                    for (; count < 100_000; count++) {
                        Locale locale = maker.make("a" + (1000 + count));
                        java.text.NumberFormat.getInstance(locale).format(1.5);
                    }
                } catch (IllegalArgumentException full) { }
                return count;
            }
            public static String run() {
                return made(Main::of) + " " + List.of(
                        made(Main::language), made(Main::country), made(Main::tag),
                        made(Main::built), made(Main::made), made(Main::made2),
                        made(Main::made3), made(Main::reference), made(Main::staticReference))
                        + " " + Locale.of("de", "AT").getCountry()
                        + new Locale("sr", "RS").getCountry()
                        + Locale.forLanguageTag("zh-Hant-TW").getCountry()
                        + Locale.of("de", "DE", "a1000").getVariant();
            }
            """;

    private static final String FIELD =
            """
            static class Field implements java.time.temporal.TemporalField {
                public java.time.temporal.TemporalUnit getBaseUnit() { return null; }
                public java.time.temporal.TemporalUnit getRangeUnit() { return null; }
                public java.time.temporal.ValueRange range() { return null; }
                public boolean isDateBased() { return true; }
                public boolean isTimeBased() { return false; }
                public boolean isSupportedBy(java.time.temporal.TemporalAccessor t) { return true; }
                public java.time.temporal.ValueRange rangeRefinedBy(java.time.temporal.TemporalAccessor t) { return null; }
                public long getFrom(java.time.temporal.TemporalAccessor t) { return 1; }
                public <R extends java.time.temporal.Temporal> R adjustInto(R t, long v) { return t; }
            }
            """;

    @AfterAll
    static void close() {
        WATCHDOG.close();
    }

    @Test
    void anAppMakesSoManyLocalesThatTheJdkDoesNotKnow() throws Exception {
        Revision revision = Revision.of(FORMS);
        Brake.of(revision).belongTo("maker of locales");
        assertThat(revision.run(WATCHDOG, "run", LONG, 1L << 40))
                .isEqualTo(GuardedLocales.MAX_OF_APP + " [0, 0, 0, 0, 0, 0, 0, 0, 0] ATRSTWa1000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Locale.of(\"q\".repeat(1000));",
                "new Locale(\"de\", \"DE\", \"a\".repeat(1000));",
                "Locale.forLanguageTag(\"de-x-\" + \"abcdefg-\".repeat(100) + \"a\");",
            })
    void refusesLocalesWithLongNames(String code) throws Exception {
        Revision revision = Revision.of("public static void run() { " + code + " }");
        assertThat(revision.run(WATCHDOG, "run", LONG, 1 << 24))
                .isInstanceOfSatisfying(
                        IllegalArgumentException.class,
                        told -> assertThat(told).hasMessageContaining("at most 64 characters"));
    }

    @Test
    void admitsAgainWhatWasAdmittedWhoeverBroughtIt() {
        var kept = new KeptValues<String>("the text", Set.of("free"), 20, 2);
        kept.admit("a", "one");
        kept.admit("b", "one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kept.admit("c", "one"))
                .withMessageContaining("the text c is one too many");
        kept.admit("c", "another");
        kept.admit("c", "one");
        kept.admit("free", "third");
    }

    @Test
    void leavesRoomForOwnersBesideThoseThatTookAllTheyCould() {
        var kept = new KeptValues<String>("the text", Set.of(), 100, 10);
        int all = 0;
        for (int owner = 0; owner < 20; owner++) {
            int own = broughtBy(kept, "owner" + owner);
            assertThat(own).isBetween(1, 10);
            all += own;
        }
        assertThat(all).isBetween(80, 100);
    }

    /// Brings values until one is refused.
    private static int broughtBy(KeptValues<String> kept, String owner) {
        int count = 0;
        try {
            while (true) {
                kept.admit(owner + "-" + count, owner);
                count++;
            }
        } catch (IllegalArgumentException full) {
            return count;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new java.time.format.DateTimeFormatterBuilder().appendText(new Field())",
                "new java.time.format.DateTimeFormatterBuilder().appendText(new Field(), java.time.format.TextStyle.SHORT)",
                "java.nio.charset.CoderResult.malformedForLength(100)",
                "java.nio.charset.CoderResult.unmappableForLength(100)",
            })
    void refusesWhatTheJdkWouldKeep(String code) throws Exception {
        Revision revision = Revision.of(FIELD + "public static void run() { " + code + "; }");
        assertThat(revision.run(WATCHDOG, "run", LONG, 1 << 24))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leavesWhatTheJdkHasItself() throws Exception {
        Revision revision =
                Revision.of(
                        "public static String run() { return java.time.LocalDate.EPOCH.format("
                                + "new java.time.format.DateTimeFormatterBuilder()"
                                + ".appendText(java.time.temporal.ChronoField.MONTH_OF_YEAR)"
                                + ".appendText(java.time.temporal.IsoFields.QUARTER_OF_YEAR)"
                                + ".toFormatter(Locale.ENGLISH))"
                                + " + java.nio.charset.CoderResult.malformedForLength(5); }");
        assertThat(revision.run(WATCHDOG, "run", LONG, 1 << 26))
                .isEqualTo("January1st quarterMALFORMED[5]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "static abstract class C extends java.time.chrono.AbstractChronology {}"
                        + " | java.time.chrono.AbstractChronology",
                "interface C extends java.time.chrono.Chronology {} | java.time.chrono.Chronology",
                "static void f() { java.time.format.DateTimeFormatter.ofLocalizedPattern(\"y\"); }"
                        + " | java.time.format.DateTimeFormatter.ofLocalizedPattern",
                "static void f() { new java.time.format.DateTimeFormatterBuilder()"
                        + ".appendLocalized(\"y\"); }"
                        + " | java.time.format.DateTimeFormatterBuilder.appendLocalized",
            })
    void refusesCodeThatNamesFormatsAsItLikes(String code, String target) {
        ForbiddenException refused =
                catchThrowableOfType(ForbiddenException.class, () -> Revision.of(code));
        assertThat(refused.uses()).extracting(ForbiddenUse::target).contains(target);
    }
}
