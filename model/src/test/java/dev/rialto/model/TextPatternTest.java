package dev.rialto.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextPatternTest {
    private static TextPattern pattern(String pattern, String options) {
        return TextPattern.of(new Predicate.Regex(pattern, options));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "a.c,             ``,  a[^\\n]c",
                "a.c,             s,   a.c",
                "^a$,             m,   (?w)^a$",
                "a,               i,   (?i)a",
                "(?i)a,           ``,  (?i)a",
                "\\Qa.b\\E$,      ``,  a\\.b$",
                "\\d+\\b,         ``,  [0-9]+\\y",
                "[\\w-.],         ``,  [A-Za-z0-9_\\-\\.]",
                "a b # c,         x,   ab",
                "\\x41\\u00e9,    i,   (?i)Aé",
                "{a},             i,   (?i)\\{a\\}",
            })
    void speaksPostgreSql(String source, String options, String expected) {
        assertThat(pattern(source, options).postgres()).isEqualTo(expected);
    }

    @Test
    void knowsWhatAnIndexCanAnswer() {
        assertThat(pattern("^\\Qab.c\\E", "").prefix()).contains("ab.c");
        assertThat(pattern("^abc", "").prefix()).contains("abc");
        assertThat(pattern("\\Qab.c\\E", "").part()).contains("ab.c");
        assertThat(pattern("^abc", "i").prefix()).isEmpty();
        assertThat(pattern("^abc", "m").prefix()).isEmpty();
        assertThat(pattern("^abc$", "").prefix()).isEmpty();
        assertThat(pattern("^ab*", "").prefix()).isEmpty();
        assertThat(pattern("^a|b", "").prefix()).isEmpty();
        assertThat(pattern("^^a", "").prefix()).isEmpty();
        assertThat(pattern("a^", "").prefix()).isEmpty();
        assertThat(pattern("a^", "").part()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(", "[a", "a\\", "*a", "(a)\\1", "a{256}", "(((a{99}){99}){99}){99}", "(?<n>a)",
                "(?#x)", "\\p{L}", "***=a", "a**", "\\x4", "\\u12", "\\x00", "a\u0000"
            })
    void refusesWhatCantRunOrMightRunAway(String source) {
        assertThatThrownBy(() -> pattern(source, ""))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_QUERY));
    }

    @Test
    void refusesLookAroundInMemoryOnly() {
        TextPattern pattern = pattern("a(?=b)", "");

        assertThat(pattern.postgres()).isEqualTo("a(?=b)");
        assertThat(pattern.runsInMemory()).isFalse();
        assertThatThrownBy(() -> pattern.isFoundIn("ab")).isInstanceOf(RialtoException.class);
    }

    @Test
    void answersSoonWhateverTheExpression() {
        String text = "a".repeat(50_000) + "!";

        Assertions.assertTimeout(
                Duration.ofSeconds(5),
                () -> assertThat(pattern("^(a+)+$", "").isFoundIn(text)).isFalse());
    }
}
