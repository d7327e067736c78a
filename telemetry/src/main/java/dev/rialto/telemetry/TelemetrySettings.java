package dev.rialto.telemetry;

import dev.rialto.kernel.Settings;
import java.util.Optional;

/// What operators want to see, and where.
///
/// @param metrics where metrics are served; empty for nowhere, then nothing is measured
/// @param traces where traces are sent; empty for nowhere, then nothing is traced
public record TelemetrySettings(
        Optional<MetricsAddress> metrics, Optional<TraceSettings> traces, LogSettings log) {

    public static TelemetrySettings read(Settings in) {
        return new TelemetrySettings(
                MetricsAddress.read(in), TraceSettings.read(in), LogSettings.read(in));
    }
}
