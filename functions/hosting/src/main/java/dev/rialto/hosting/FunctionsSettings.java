package dev.rialto.hosting;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of functions.
///
/// @param deadline how long a call may take unless its interface says otherwise
/// @param jobDeadline the same for jobs, schedules and what takes changes and events
/// @param concurrency how many calls of one interface may run at once on a node, unless it says
///   otherwise
/// @param suspendedFor how long an interface stays suspended that went past its limits again and
///   again
/// @param logLines how many lines a micro app may log per second
/// @param httpSize how large a request to another server, or its response, may be, in bytes
/// @param resultSize what a function may answer, as JSON, in bytes
/// @param placement where code of the JVM runs
/// @param suspensions so many within an hour move a micro app to processes of its own; 0 for never
public record FunctionsSettings(
        Duration deadline,
        Duration jobDeadline,
        int concurrency,
        Duration suspendedFor,
        int logLines,
        long httpSize,
        long resultSize,
        Placement placement,
        int suspensions) {
    /// Where code of the JVM runs that does not ask for a process of its own.
    public enum Placement {
        /// In the server as long as it has one app.
        AUTO,
        /// In the server.
        SHARED,
        /// All micro apps of an app in one process.
        HOSTED,
        /// Each micro app in processes of its own.
        ISOLATED
    }

    public FunctionsSettings {
        requirePositive("deadline", deadline);
        requirePositive("job-deadline", jobDeadline);
        requirePositive("suspended-for", suspendedFor);
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "concurrency must be at least 1, not " + concurrency);
        }
        if (logLines < 1) {
            throw new IllegalArgumentException("log-lines must be at least 1, not " + logLines);
        }
        if (suspensions < 0) {
            throw new IllegalArgumentException(
                    "isolate-after must not be negative, not " + suspensions);
        }
        if (httpSize < 1) {
            throw new IllegalArgumentException("http-size must be at least 1, not " + httpSize);
        }
    }

    public static FunctionsSettings defaults() {
        return new FunctionsSettings(
                Duration.ofSeconds(10),
                Duration.ofMinutes(15),
                64,
                Duration.ofSeconds(30),
                200,
                10 << 20,
                10L << 20,
                Placement.AUTO,
                3);
    }

    /// Reads what the operator has set.
    public static FunctionsSettings read(Settings in) {
        FunctionsSettings standard = defaults();
        var deadline = in.duration("functions.deadline", standard.deadline());
        var jobs = in.duration("functions.job-deadline", standard.jobDeadline());
        int concurrency = in.integer("functions.concurrency", standard.concurrency());
        var suspended = in.duration("functions.suspended-for", standard.suspendedFor());
        int lines = in.integer("functions.log-lines", standard.logLines());
        long http = in.bytes("functions.http-size", standard.httpSize());
        long results = in.bytes("functions.result-size", standard.resultSize());
        var placement = in.choice("functions.placement", Placement.class, standard.placement());
        int suspensions = in.integer("functions.isolate-after", standard.suspensions());
        return in.build(
                standard,
                () ->
                        new FunctionsSettings(
                                deadline,
                                jobs,
                                concurrency,
                                suspended,
                                lines,
                                http,
                                results,
                                placement,
                                suspensions));
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }
}
