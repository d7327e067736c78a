package dev.rialto.telemetry;

import dev.rialto.kernel.Settings;
import java.util.Optional;

/// The addresses of metrics and traces.
///
/// @param metrics where metrics are served; if empty, nothing is measured
/// @param traces where traces are sent; if empty, nothing is traced
public record TelemetrySettings(
        Optional<MetricsAddress> metrics, Optional<TraceSettings> traces, LogSettings log) {

    public static TelemetrySettings read(Settings in) {
        return new TelemetrySettings(
                MetricsAddress.read(in), TraceSettings.read(in), LogSettings.read(in));
    }
}
