package dev.rialto.workers;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of processes that host the micro apps of one app.
///
/// @param memory of one process, in bytes
/// @param processes how many this node may have
/// @param namespaces whether they run in Linux namespaces
/// @param idle how long one runs on when nothing is called
public record HostedSettings(
        long memory, int processes, IsolatedSettings.Wanted namespaces, Duration idle) {
    public HostedSettings {
        if (memory < IsolationLimits.MIN_MEMORY) {
            throw new IllegalArgumentException("functions.hosted.memory must be at least 96 MB");
        }
        if (processes < 2) {
            throw new IllegalArgumentException(
                    "functions.hosted.processes must be at least 2: a process, and the one that"
                            + " takes its place");
        }
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("functions.hosted.idle must be positive");
        }
    }

    public static HostedSettings defaults() {
        return new HostedSettings(
                512L << 20, 50, IsolatedSettings.Wanted.PREFERRED, Duration.ofMinutes(10));
    }

    /// Reads the operator's settings.
    public static HostedSettings read(Settings in) {
        HostedSettings standard = defaults();
        long memory = in.bytes("functions.hosted.memory", standard.memory());
        int processes = in.integer("functions.hosted.processes", standard.processes());
        var namespaces =
                in.choice(
                        "functions.hosted.namespaces",
                        IsolatedSettings.Wanted.class,
                        standard.namespaces());
        var idle = in.duration("functions.hosted.idle", standard.idle());
        return in.build(standard, () -> new HostedSettings(memory, processes, namespaces, idle));
    }
}
