package dev.rialto.analytics;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// What an operator may set about analytics.
///
/// @param keep how long counts are kept
/// @param maxSeries how many different events, by name and dimensions, an app counts a day
public record AnalyticsSettings(Duration keep, int maxSeries) {
    public AnalyticsSettings {
        if (!keep.isPositive() || maxSeries < 1) {
            throw new IllegalArgumentException(
                    "analytics.keep and analytics.max-series must be positive");
        }
    }

    public static AnalyticsSettings defaults() {
        return new AnalyticsSettings(Duration.ofDays(90), 10_000);
    }

    /// Reads what the operator has set.
    public static AnalyticsSettings read(Settings in) {
        AnalyticsSettings standard = defaults();
        var keep = in.duration("analytics.keep", standard.keep());
        int maxSeries = in.integer("analytics.max-series", standard.maxSeries());
        return in.build(standard, () -> new AnalyticsSettings(keep, maxSeries));
    }
}
