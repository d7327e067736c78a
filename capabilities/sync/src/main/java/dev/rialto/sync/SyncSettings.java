package dev.rialto.sync;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// What an operator may set about sync.
///
/// @param remember how long an operation is known to be done, after which a client that sends it
///   again would do it twice
public record SyncSettings(Duration remember) {
    public SyncSettings {
        if (remember.isNegative() || remember.isZero()) {
            throw new IllegalArgumentException("sync.remember must be positive");
        }
    }

    public static SyncSettings defaults() {
        return new SyncSettings(Duration.ofDays(30));
    }

    /// Reads what the operator has set.
    public static SyncSettings read(Settings in) {
        SyncSettings standard = defaults();
        var remember = in.duration("sync.remember", standard.remember());
        return in.build(standard, () -> new SyncSettings(remember));
    }
}
