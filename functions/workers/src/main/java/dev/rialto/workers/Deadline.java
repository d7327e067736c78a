package dev.rialto.workers;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.time.Duration;

/// The time of a call, which passes also while the call waits for an instance.
///
/// @param end as of [Timing#nanos]
record Deadline(Timing timing, Duration within, long end) {
    Deadline(Timing timing, Duration within) {
        this(timing, within, timing.nanos() + within.toNanos());
    }

    /// @throws RialtoException when no time is left
    Duration left() {
        Duration left = Duration.ofNanos(end - timing.nanos());
        if (!left.isPositive()) {
            throw new RialtoException(
                    ErrorCode.TIMEOUT, "the call waited too long for an instance");
        }
        return left;
    }

    /// What its caller is told when it does not end.
    ///
    /// @param alone whether its process runs nothing of others
    CallEnds ends(String address, boolean alone) {
        return CallEnds.of(
                address,
                address + " was stopped: it took longer than " + within.toMillis() + " ms",
                alone);
    }
}
