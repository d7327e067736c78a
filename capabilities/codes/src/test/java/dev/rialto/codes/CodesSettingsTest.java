package dev.rialto.codes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.codes.CodesSettings.When;
import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CodesSettingsTest {
    private static Settings settings(Map<String, String> given) {
        return new Settings(given, Map.of(), Map.of());
    }

    @Test
    void hasDefaults() {
        Settings in = settings(Map.of());
        assertThat(ServerCodesSettings.read(in)).isEqualTo(ServerCodesSettings.defaults());
        in.finish();
        assertThat(ServerCodesSettings.defaults().apps().countries()).isEmpty();
    }

    @Test
    void readsEveryKey() {
        Settings in =
                settings(
                        Map.ofEntries(
                                Map.entry("codes.sign-up", "true"),
                                Map.entry("codes.sms-countries", "DE, CN"),
                                Map.entry("codes.magic-link-urls", "https://a.example/in"),
                                Map.entry("codes.per-recipient", "1"),
                                Map.entry("codes.per-recipient-a-day", "2"),
                                Map.entry("codes.per-client", "3"),
                                Map.entry("codes.per-installation", "4"),
                                Map.entry("codes.sms-per-country", "5"),
                                Map.entry("codes.sms-per-app", "6"),
                                Map.entry("codes.sms-per-app-a-day", "7"),
                                Map.entry("codes.mails-per-app", "8"),
                                Map.entry("codes.sms-per-number", "9"),
                                Map.entry("codes.sms-per-server", "10"),
                                Map.entry("codes.captcha", "always"),
                                Map.entry("codes.captcha-provider", "turnstile"),
                                Map.entry("codes.captcha-secret", "s"),
                                Map.entry("codes.captcha-difficulty", "11")));
        var read = ServerCodesSettings.read(in);
        in.finish();
        assertThat(read)
                .isEqualTo(
                        new ServerCodesSettings(
                                new CodesSettings(
                                        true,
                                        List.of("DE", "CN"),
                                        List.of(URI.create("https://a.example/in")),
                                        new CodesSettings.Most(1, 2, 3, 4, 5, 6, 7, 8),
                                        new CodesSettings.Captcha(
                                                When.ALWAYS, "turnstile", Optional.of("s"), 11)),
                                9,
                                10));
        assertThat(in.effective()).containsEntry("codes.captcha-secret", "***");
    }

    @ParameterizedTest
    @CsvSource({
        "codes.sms-countries, XX",
        "codes.sms-countries, +49",
        "codes.magic-link-urls, http://a.example/in",
        "codes.magic-link-urls, javascript:alert(1)",
        "codes.magic-link-urls, https://a.example/in#x",
        "codes.magic-link-urls, https://user@a.example/in",
        "codes.per-client, -1",
        "codes.sms-per-server, -1",
        "codes.captcha-provider, hcaptcha",
        "codes.captcha-difficulty, 0"
    })
    void rejectsWhatIsNotValid(String key, String value) {
        Settings in = settings(Map.of(key, value));
        var _ = ServerCodesSettings.read(in);
        assertThat(in.problems()).hasSize(1);
    }

    @Test
    void capsWhatOwnersSet() {
        var server =
                CodesSettings.read(
                        settings(Map.of("codes.sms-countries", "DE", "codes.sms-per-app", "50")));
        Settings own =
                settings(Map.of("codes.sms-countries", "DE", "codes.sms-per-app", "50"))
                        .ofApp(Map.of("codes.sms-countries", "DE,JM", "codes.sms-per-app", "90"));
        var read = CodesSettings.read(own, server);
        assertThat(read.countries()).containsExactly("DE");
        assertThat(read.most().sms()).isEqualTo(50);
        assertThat(own.problems()).hasSize(2);
    }
}
