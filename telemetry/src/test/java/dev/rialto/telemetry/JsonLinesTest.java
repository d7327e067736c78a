package dev.rialto.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonLinesTest {
    @Test
    void writesARecordAsOneObjectOnOneLine() {
        var record = new LogRecord(Level.SEVERE, "it \"failed\"\nbadly: {0}");
        record.setParameters(new Object[] {"all"});
        record.setLoggerName("dev.rialto.store.Database");
        record.setInstant(Instant.parse("2026-11-28T10:00:00Z"));
        record.setThrown(new IllegalStateException("why"));
        String line = new JsonLines().format(record);
        assertThat(line.strip()).doesNotContain("\n");
        assertThat(line).endsWith("\n");
        JsonNode read = Json.mapper().readTree(line);
        assertThat(read.path("time").asString()).isEqualTo("2026-11-28T10:00:00Z");
        assertThat(read.path("level").asString()).isEqualTo("error");
        assertThat(read.path("logger").asString()).isEqualTo("dev.rialto.store.Database");
        assertThat(read.path("message").asString()).isEqualTo("it \"failed\"\nbadly: all");
        assertThat(read.path("stack").asString()).contains("IllegalStateException: why");
        assertThat(read.has("traceparent")).isFalse();
    }

    @Test
    void writesThePartsOfALineOfTheAccessLog() {
        var parts = Json.object().put("method", "GET").put("status", 200);
        JsonNode read =
                Json.mapper().readTree(new JsonLines().format(new AccessLog.Line(parts, "text")));
        assertThat(read.path("method").asString()).isEqualTo("GET");
        assertThat(read.path("status").asInt()).isEqualTo(200);
        assertThat(read.has("message")).isFalse();
    }

    @Test
    void namesEachLevelAsSettingsDo() {
        assertThat(LogLevel.of(Level.SEVERE)).isEqualTo("error");
        assertThat(LogLevel.of(Level.WARNING)).isEqualTo("warning");
        assertThat(LogLevel.of(Level.CONFIG)).isEqualTo("debug");
        assertThat(LogLevel.of(Level.FINE)).isEqualTo("debug");
        assertThat(LogLevel.of(Level.FINEST)).isEqualTo("trace");
    }
}
