package dev.rialto.runtime;

import java.time.Duration;

/// Settings of the shared runtime.
///
/// @param threads how many calls may run at once, all micro apps together
/// @param allocation what a call may allocate unless its interface says otherwise, in bytes
/// @param loading how long a revision may take to construct its functions
public record SharedSettings(int threads, long allocation, Duration loading) {
    public SharedSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        if (allocation < 1 << 20) {
            throw new IllegalArgumentException(
                    "allocation must be at least 1 MB, not " + allocation + " bytes");
        }
        if (!loading.isPositive()) {
            throw new IllegalArgumentException("loading must be positive, not " + loading);
        }
    }

    public static SharedSettings defaults() {
        return new SharedSettings(256, 256L << 20, Duration.ofSeconds(5));
    }
}
