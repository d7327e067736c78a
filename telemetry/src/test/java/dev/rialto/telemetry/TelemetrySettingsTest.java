package dev.rialto.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetrySettingsTest {
    private static TelemetrySettings read(Map<String, String> given) {
        var in = new Settings(given, Map.of(), Map.of());
        TelemetrySettings read = TelemetrySettings.read(in);
        in.finish();
        return read;
    }

    @Test
    void showsNobodyAnythingUnlessToldTo() {
        TelemetrySettings read = read(Map.of());
        assertThat(read.metrics()).isEmpty();
        assertThat(read.traces()).isEmpty();
        assertThat(read.log())
                .isEqualTo(
                        new LogSettings(
                                LogLevel.WARNING, Map.of(), LogSettings.Format.TEXT, false));
    }

    @Test
    void readsEverySetting() {
        Map<String, String> given = new HashMap<>();
        given.put("metrics.listen", "[::]:9464");
        given.put("metrics.token", "0123456789abcdef");
        given.put("telemetry.otlp-endpoint", "https://collector.example.com/otlp/");
        given.put("telemetry.sampling", "0.25");
        given.put("log.level", "info");
        given.put("log.levels", "dev.rialto.store=debug, com.zaxxer=off");
        given.put("log.format", "json");
        given.put("http.access-log", "on");
        TelemetrySettings read = read(given);
        assertThat(read.metrics())
                .contains(new MetricsAddress("::", 9464, Optional.of("0123456789abcdef")));
        assertThat(read.traces())
                .contains(
                        new TraceSettings(URI.create("https://collector.example.com/otlp"), 0.25));
        assertThat(read.log())
                .isEqualTo(
                        new LogSettings(
                                LogLevel.INFO,
                                Map.of(
                                        "dev.rialto.store",
                                        LogLevel.DEBUG,
                                        "com.zaxxer",
                                        LogLevel.OFF),
                                LogSettings.Format.JSON,
                                true));
        assertThat(read.toString()).doesNotContain("0123456789abcdef");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    metrics.listen          | 0.0.0.0:9464           | set metrics.token
                    metrics.listen          | [::]:9464              | set metrics.token
                    metrics.listen          | 10.1.2.3:9464          | set metrics.token
                    metrics.listen          | 9464                   | an address and a port
                    metrics.listen          | ::1:9464               | an address and a port
                    metrics.listen          | 127.0.0.1:             | an address and a port
                    metrics.listen          | 127.0.0.1:70000        | 0 to 65535
                    metrics.listen          | no.such.host.invalid:1 | there is no address
                    telemetry.otlp-endpoint | 127.0.0.1:4318         | telemetry.otlp-endpoint
                    telemetry.otlp-endpoint | ftp://127.0.0.1        | an http or https address
                    telemetry.otlp-endpoint | http://a b             | not a valid address
                    telemetry.sampling      | 1.01                   | a number from 0 to 1
                    telemetry.sampling      | -0.1                   | a number from 0 to 1
                    telemetry.sampling      | NaN                    | a number from 0 to 1
                    telemetry.sampling      | half                   | a number from 0 to 1
                    log.level               | loud                   | off, error, warning
                    log.levels              | dev.rialto             | like dev.rialto.store=debug
                    log.levels              | dev.rialto=loud        | like dev.rialto.store=debug
                    log.levels              | =debug                 | like dev.rialto.store=debug
                    log.format              | xml                    | text, json
                    http.access-log         | true                   | off, on
                    """)
    void rejectsWhatCanNotBe(String key, String value, String why) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(why);
    }

    @Test
    void rejectsTokensThatCanBeGuessed() {
        assertThatThrownBy(() ->
                        read(Map.of("metrics.listen", "0.0.0.0:9464", "metrics.token", "short")))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("16 characters")
                .hasMessageNotContaining("short");
    }

    @Test
    void rejectsATokenThatGuardsNothing() {
        assertThatThrownBy(() -> read(Map.of("metrics.token", "0123456789abcdef")))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("metrics.listen");
    }
}
