package dev.rialto.workers;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of processes that host the micro apps of one app.
///
/// @param memory of one process, in bytes
/// @param processes how many this node may have
/// @param idle how long one runs on when nothing is called
public record HostedSettings(long memory, int processes, Duration idle) {
    public HostedSettings {
        if (processes < 1) {
            throw new IllegalArgumentException("functions.hosted.processes must be at least 1");
        }
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("functions.hosted.idle must be positive");
        }
    }

    public static HostedSettings defaults() {
        return new HostedSettings(512L << 20, 50, Duration.ofMinutes(10));
    }

    /// Reads the operator's settings.
    public static HostedSettings read(Settings in) {
        HostedSettings standard = defaults();
        long memory = in.bytes("functions.hosted.memory", standard.memory());
        int processes = in.integer("functions.hosted.processes", standard.processes());
        var idle = in.duration("functions.hosted.idle", standard.idle());
        return in.build(standard, () -> new HostedSettings(memory, processes, idle));
    }
}
