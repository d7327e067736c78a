package dev.rialto.runtime;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of the shared runtime.
///
/// @param threads how many calls may run at once, all micro apps together
/// @param appShare the percentage of threads that one app may use at once
/// @param allocation what a call may allocate by default, in bytes per 10 seconds of its deadline
/// @param retained what a revision may keep in memory between its calls, in bytes
/// @param resultSize what a function may return or pass on at once, in bytes of JSON
/// @param loading how long a revision may take to construct its functions
/// @param leakDumps whether the heap may be dumped to find what keeps a closed revision in memory
public record SharedSettings(
        int threads,
        int appShare,
        long allocation,
        long retained,
        long resultSize,
        Duration loading,
        boolean leakDumps) {
    public SharedSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        if (appShare < 1 || appShare > 100) {
            throw new IllegalArgumentException(
                    "app-share must be from 1 to 100 (%), not " + appShare);
        }
        if (allocation < 1 << 20) {
            throw new IllegalArgumentException(
                    "allocation must be at least 1 MB, not " + allocation + " bytes");
        }
        if (retained < 1 << 20) {
            throw new IllegalArgumentException(
                    "retained must be at least 1 MB, not " + retained + " bytes");
        }
        if (resultSize < 1 << 10) {
            throw new IllegalArgumentException(
                    "result-size must be at least 1 KB, not " + resultSize + " bytes");
        }
        if (!loading.isPositive()) {
            throw new IllegalArgumentException("loading must be positive, not " + loading);
        }
    }

    /// What a call with this deadline may allocate, in bytes.
    long allocation(Duration within) {
        return allocation * Math.max(1, within.toSeconds() / 10);
    }

    /// How many threads one app may have at once.
    int threadsOfApp() {
        return Math.max(1, (int) ((long) threads * appShare / 100));
    }

    public static SharedSettings defaults() {
        return new SharedSettings(
                256, 75, 32L << 20, 64L << 20, 10L << 20, Duration.ofSeconds(5), false);
    }

    /// Reads the operator's settings.
    public static SharedSettings read(Settings in) {
        SharedSettings standard = defaults();
        int threads = in.integer("functions.threads", standard.threads());
        int share = in.integer("functions.app-share", standard.appShare());
        long allocation = in.bytes("functions.allocation", standard.allocation());
        long retained = in.bytes("functions.retained", standard.retained());
        long results = in.bytes("functions.result-size", standard.resultSize());
        var loading = in.duration("functions.loading", standard.loading());
        boolean dumps = in.yes("functions.leak-dumps", standard.leakDumps());
        return in.build(
                standard,
                () ->
                        new SharedSettings(
                                threads, share, allocation, retained, results, loading, dumps));
    }
}
