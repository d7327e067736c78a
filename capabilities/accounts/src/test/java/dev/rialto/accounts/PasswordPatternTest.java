package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                "[0-9]+ -> one 1 -> true",
                "[0-9]+ -> none -> false",
                "^[a-z]{8,}$ -> abcdefgh -> true",
                "^[a-z]{8,}$ -> abcdefg1h -> false",
                "^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.{8,}) -> Passw0rd -> true",
                "^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.{8,}) -> passw0rd -> false",
                "^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.{8,}) -> Pass0 -> false",
                "^(?=.*\\d)(?!.*password).{8,}$ -> 12345678 -> true",
                "^(?=.*\\d)(?!.*password).{8,}$ -> 1password -> false",
                "^(?=.*\\d)(?!.*password).{8,}$ -> 1234567 -> false",
                "^(?=[)(|]+x)(?:a|b|[|)])+ -> )|x -> true",
                "^(?=\\)\\|).* -> )| -> true",
                "^(?=\\)\\|).* -> || -> false",
                "(?i)^(?=.*A)b -> bA -> true",
                "(?i)^(?=.*A)b -> Ba -> true",
                "^(?=.*A)b -> Ba -> false",
                "[ü] -> grün -> true"
            })
    void matchesAsJavaScriptDoes(String pattern, String password, boolean expected) {
        assertThat(new PasswordPattern(pattern).matches(password)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "[a",
                "(a)\\1",
                "(?=.*a)b",
                "^a(?=b)",
                "^(?=a(?=b))",
                "^(?=a)*b",
                "^(?=a)b|c",
                "^(?=a",
                "^(?=",
                "(?m)^(?=a)b",
                "((a{200}){200}){200}",
                "a{1000}",
                "a\\",
                "\\p{Lu}"
            })
    void rejectsWhatCannotBeMatchedInLinearTime(String pattern) {
        assertThatThrownBy(() -> new PasswordPattern(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("accounts.password-pattern is not valid");
    }

    @Test
    void boundsPatterns() {
        assertThatThrownBy(() -> new PasswordPattern("a".repeat(501)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PasswordPattern("^" + "(?=a)".repeat(21)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Engines that backtrack would run for years.
    @Test
    void hostilePatternsEnd() {
        String password = "a".repeat(Credentials.MAX_PASSWORD_LENGTH - 1) + "!";
        for (String hostile :
                List.of("^(a+)+$", "^(?=(a|a)*$)(a|aa)+$", "(x+x+)+y", "(.*a){12}$")) {
            assertThat(new PasswordPattern(hostile).matches(password)).as(hostile).isFalse();
        }
    }
}
