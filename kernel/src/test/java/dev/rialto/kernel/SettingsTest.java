package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void putsFlagsOverTheEnvironmentAndThatOverTheFile() {
        var settings =
                new Settings(
                        Map.of("a.one-key", "file", "a.two", "file", "a.three", "file"),
                        Map.of("RIALTO_A_ONE_KEY", "environment", "RIALTO_A_TWO", "environment"),
                        Map.of("a.one-key", "flag"));

        assertThat(settings.text("a.one-key", "")).isEqualTo("flag");
        assertThat(settings.text("a.two", "")).isEqualTo("environment");
        assertThat(settings.text("a.three", "")).isEqualTo("file");
        assertThat(settings.text("a.four", "default")).isEqualTo("default");
        settings.finish();
    }

    @Test
    void readsSizesTimesAndLists() {
        var settings =
                new Settings(
                        Map.of("size", "20mb", "time", "5m", "list", "a, b,,c", "yes", "true"),
                        Map.of(),
                        Map.of());

        assertThat(settings.bytes("size", 1)).isEqualTo(20L << 20);
        assertThat(settings.duration("time", Duration.ZERO)).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.list("list", List.of())).containsExactly("a", "b", "c");
        assertThat(settings.yes("yes", false)).isTrue();
    }

    @Test
    void reportsAllProblemsTogether() {
        var settings =
                new Settings(
                        Map.of("port", "many", "size", "20 elephants", "typo", "x"),
                        Map.of(
                                "RIALTO_TYPO_TOO",
                                "x",
                                "HOME",
                                "/root",
                                "RIALTO_JAVA_OPTIONS",
                                "-X"),
                        Map.of("time", "soon"));
        settings.integer("port", 1);
        settings.bytes("size", 1);
        settings.duration("time", Duration.ZERO);
        settings.build(
                1,
                () -> {
                    throw new IllegalArgumentException("size must be positive: -1");
                });

        assertThatThrownBy(settings::finish)
                .isInstanceOf(SetupException.class)
                .hasMessage(
                        """
                        port: "many" is not valid; it must be a whole number
                        size: "20 elephants" is not valid; it must be a size such as 20MB
                        time: "soon" is not valid; it must be a duration such as 30s, 5m or 12h
                        size must be positive: -1
                        typo: there is no such setting
                        RIALTO_TYPO_TOO: there is no such setting\
                        """);
    }

    @Test
    void neverShowsASecret() {
        var settings = new Settings(Map.of("db.password", "hunter2"), Map.of(), Map.of());

        assertThat(settings.secret("db.password")).contains("hunter2");

        assertThat(settings.effective()).containsEntry("db.password", "***");
    }

    @Test
    void givesNoSecretOfTheOperatorToWhatAnOwnerHasSet() {
        var server =
                new Settings(
                        Map.of("idp.one.secret", "operator's", "idp.two.secret", "other"),
                        Map.of(),
                        Map.of());
        var app = server.ofApp(Map.of("idp.one.address", "https://owner.example"));

        assertThat(app.secret("idp.one.secret", "idp.one.")).isEmpty();
        assertThat(app.secret("idp.two.secret", "idp.two.")).contains("other");
        assertThat(app.secrets()).contains("idp.one.secret");
        assertThat(
                        server.ofApp(Map.of("idp.one.secret", "own"))
                                .secret("idp.one.secret", "idp.one."))
                .contains("own");
        assertThat(server.secret("idp.one.secret", "idp.one.")).contains("operator's");
    }
}
