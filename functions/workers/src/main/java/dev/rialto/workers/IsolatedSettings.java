package dev.rialto.workers;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of micro apps in processes of their own.
///
/// @param memory of one process, in bytes
/// @param start how long a process may take to start and load its micro app
/// @param patience how long a process may be busy without answering before it is ended
public record IsolatedSettings(long memory, Duration start, Duration patience) {
    private static final long MIN_MEMORY = 64L << 20;

    public IsolatedSettings {
        if (memory < MIN_MEMORY) {
            throw new IllegalArgumentException("functions.isolated.memory must be at least 64 MB");
        }
        if (!start.isPositive() || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "functions.isolated.start and functions.isolated.patience must be positive");
        }
    }

    public static IsolatedSettings defaults() {
        return new IsolatedSettings(256L << 20, Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    /// Reads the operator's settings.
    public static IsolatedSettings read(Settings in) {
        IsolatedSettings standard = defaults();
        long memory = in.bytes("functions.isolated.memory", standard.memory());
        var start = in.duration("functions.isolated.start", standard.start());
        var patience = in.duration("functions.isolated.patience", standard.patience());
        return in.build(standard, () -> new IsolatedSettings(memory, start, patience));
    }
}
