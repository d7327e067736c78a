package dev.rialto.jvmworker;

import dev.rialto.kernel.Json;
import dev.rialto.runtime.SharedSettings;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The settings of the shared runtime on their way to a process that hosts micro apps.
public final class SentSettings {
    private static final long UNLIMITED = 1L << 50;

    /// Of a process that runs one micro app: it has limits of its own, which the system keeps.
    static final SharedSettings ALONE =
            new SharedSettings(
                    SharedSettings.defaults().threads(),
                    100,
                    UNLIMITED,
                    UNLIMITED,
                    SharedSettings.defaults().resultSize(),
                    Duration.ofSeconds(30),
                    false);

    private SentSettings() {}

    /// What a process is told. All its micro apps are of one app, which may use all threads.
    public static ObjectNode wire(SharedSettings settings) {
        return Json.object()
                .put("threads", settings.threads())
                .put("allocation", settings.allocation())
                .put("retained", settings.retained())
                .put("resultSize", settings.resultSize())
                .put("loading", settings.loading().toMillis());
    }

    static SharedSettings read(JsonNode wire) {
        SharedSettings standard = SharedSettings.defaults();
        return new SharedSettings(
                wire.path("threads").asInt(standard.threads()),
                100,
                wire.path("allocation").asLong(standard.allocation()),
                wire.path("retained").asLong(standard.retained()),
                wire.path("resultSize").asLong(standard.resultSize()),
                Duration.ofMillis(wire.path("loading").asLong(standard.loading().toMillis())),
                false);
    }
}
