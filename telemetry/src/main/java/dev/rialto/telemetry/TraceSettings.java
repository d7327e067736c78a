package dev.rialto.telemetry;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.Optional;

/// The destination of traces.
///
/// @param endpoint of OTLP over HTTP, without `/v1/traces`
/// @param sampling the share of the traces started here that is recorded, 0 to 1
public record TraceSettings(URI endpoint, double sampling) {
    public TraceSettings {
        if (endpoint.getHost() == null
                || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))) {
            throw new IllegalArgumentException(
                    "telemetry.otlp-endpoint must be an http or https address, such as"
                            + " http://127.0.0.1:4318");
        }
        if (!(sampling >= 0 && sampling <= 1)) {
            throw new IllegalArgumentException("telemetry.sampling must be a number from 0 to 1");
        }
    }

    static Optional<TraceSettings> read(Settings in) {
        Optional<String> endpoint = in.text("telemetry.otlp-endpoint");
        String sampling = in.text("telemetry.sampling", "1");
        return in.build(
                Optional.empty(),
                () -> {
                    double ratio = ratio(sampling);
                    return endpoint.map(each -> new TraceSettings(uri(each), ratio));
                });
    }

    private static double ratio(String text) {
        try {
            double ratio = Double.parseDouble(text);
            if (ratio >= 0 && ratio <= 1) {
                return ratio;
            }
        } catch (NumberFormatException _) {
            // rejected below, with our message
        }
        throw new IllegalArgumentException(
                "telemetry.sampling must be a number from 0 to 1: " + text);
    }

    private static URI uri(String text) {
        try {
            return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (IllegalArgumentException unreadable) {
            throw new IllegalArgumentException(
                    "telemetry.otlp-endpoint is not a valid address", unreadable);
        }
    }
}
