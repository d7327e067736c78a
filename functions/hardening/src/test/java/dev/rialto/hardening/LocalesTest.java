package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;

final class LocalesTest {
    @Test
    void givesLocalesThatTheJdkKnows() {
        assertThat(Locales.of("de")).isEqualTo(Locale.GERMAN);
        assertThat(Locales.of("de", "AT")).isEqualTo(Locale.of("de", "AT"));
        assertThat(Locales.forLanguageTag("zh-CN")).isEqualTo(Locale.SIMPLIFIED_CHINESE);
        assertThat(Locales.of("")).isEqualTo(Locale.ROOT);
    }

    @Test
    void refusesOthersWhichTheJdkWouldKeepFormatsFor() {
        for (String each : new String[] {"q".repeat(10_000), "xq", "de-x-" + "a".repeat(8)}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Locales.of(each));
            assertThatIllegalArgumentException().isThrownBy(() -> Locales.of("de", "DE", each));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Locales.forLanguageTag("de-x-private"));
    }
}
