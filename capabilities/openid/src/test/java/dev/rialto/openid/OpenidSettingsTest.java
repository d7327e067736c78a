package dev.rialto.openid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenidSettingsTest {
    private static Settings settings(Map<String, String> given) {
        return new Settings(given, Map.of(), Map.of());
    }

    @Test
    void isOffUnlessItIsSet() {
        OpenidSettings read = OpenidSettings.read(settings(Map.of()));
        assertThat(read).isEqualTo(OpenidSettings.defaults());
        assertThat(read.enabled()).isFalse();
    }

    @Test
    void readsEveryKey() {
        Settings in =
                settings(
                        Map.of(
                                "openid.enabled", "true",
                                "openid.subject", "pairwise",
                                "openid.claims", "nickname:nick, department,https://x.example/a:a",
                                "openid.access-token-length", "5m",
                                "openid.refresh-token-length", "7d",
                                "openid.refresh-token-grace", "0s",
                                "openid.login-length", "1h",
                                "openid.key-rotation", "30d"));
        assertThat(OpenidSettings.read(in))
                .isEqualTo(
                        new OpenidSettings(
                                true,
                                OpenidSettings.Subject.PAIRWISE,
                                Map.of(
                                        "nickname", "nick",
                                        "department", "department",
                                        "https://x.example/a", "a"),
                                new OpenidSettings.Lengths(
                                        Duration.ofMinutes(5),
                                        Duration.ofDays(7),
                                        Duration.ZERO,
                                        Duration.ofHours(1)),
                                Duration.ofDays(30)));
        in.finish();
    }

    @ParameterizedTest
    @CsvSource({
        "openid.claims, sub:username",
        "openid.claims, email_verified:anything",
        "openid.claims, nick:authData",
        "openid.claims, nick:_hashed_password",
        "openid.claims, nick:password",
        "openid.claims, 'nick:a,nick:b'",
        "openid.access-token-length, 2h",
        "openid.access-token-length, 10s",
        "openid.refresh-token-length, 1m",
        "openid.refresh-token-grace, 2m",
        "openid.login-length, 100d",
        "openid.key-rotation, 1h",
        "openid.subject, secret"
    })
    void rejects(String key, String value) {
        Settings in = settings(Map.of(key, value));
        OpenidSettings.read(in);
        assertThat(in.problems()).hasSize(1).first().asString().contains(key);
    }
}
