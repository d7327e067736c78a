package dev.rialto.hosting;

import dev.rialto.functions.spi.Usage;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import tools.jackson.databind.node.ObjectNode;

/// What is known of the calls of one interface on this node, and what keeps them in bounds: how
/// many may run at once, and a break after going past limits again and again.
///
/// Plain fields behind its own lock, which calls hold for some nanoseconds: with a counter for
/// each, a call had to fetch some twenty places of memory that the calls of other functions had
/// driven out of the processor's caches.
final class FunctionGauge extends RecentCalls {
    /// So many calls in a row that went past a limit suspend the interface.
    private static final int STRIKES = 5;

    private final String address;
    private final InstantSource clock;
    private final Duration suspendedFor;
    private final int concurrency;
    private int running;
    private long calls;
    private long errors;
    private long cpuNanos;
    private long allocatedBytes;
    private int strikes;
    private Instant suspendedUntil = Instant.MIN;

    /// @param concurrency how many calls may run at once
    FunctionGauge(String address, int concurrency, Duration suspendedFor, InstantSource clock) {
        this.address = address;
        this.concurrency = concurrency;
        this.suspendedFor = suspendedFor;
        this.clock = clock;
    }

    /// Lets a call begin. Each is followed by [#end].
    ///
    /// @throws RialtoException FUNCTION_SUSPENDED or OVERLOADED
    synchronized void begin() {
        if (suspendedUntil.isAfter(Instant.MIN) && clock.instant().isBefore(suspendedUntil)) {
            throw new RialtoException(
                    ErrorCode.FUNCTION_SUSPENDED,
                    address
                            + " is suspended until "
                            + suspendedUntil
                            + ": it exceeded its limits "
                            + STRIKES
                            + " times in a row");
        }
        if (running >= concurrency) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED,
                    address + " has reached its concurrency limit: try again shortly");
        }
        running++;
    }

    /// Ends a call that went well.
    void end(long nanos, Usage usage) {
        long second = clock.instant().getEpochSecond();
        synchronized (this) {
            count(nanos, second);
            strikes = 0;
            cpuNanos += usage.cpuNanos();
            allocatedBytes += usage.allocatedBytes();
        }
    }

    /// Ends a call that failed.
    ///
    /// @return whether this call suspends the interface
    synchronized boolean fail(long nanos, Throwable failure) {
        Instant now = clock.instant();
        count(nanos, now.getEpochSecond());
        errors++;
        if (!FunctionCounts.isStopped(failure)) {
            return false;
        }
        strikes++;
        if (strikes < STRIKES) {
            return false;
        }
        // One call is let through afterwards; the next strike suspends again.
        strikes = STRIKES - 1;
        suspendedUntil = now.plus(suspendedFor);
        return true;
    }

    private void count(long nanos, long second) {
        running--;
        calls++;
        add(nanos / 1_000, second);
    }

    /// As operators see it: calls and errors since the start, the rest of lately.
    synchronized ObjectNode wire() {
        Instant now = clock.instant();
        long second = now.getEpochSecond();
        boolean suspended = now.isBefore(suspendedUntil);
        ObjectNode json =
                Json.object()
                        .put("address", address)
                        .put("calls", calls)
                        .put("errors", errors)
                        .put("perSecond", Math.round(perSecond(second) * 1_000) / 1_000.0)
                        .put("p50Micros", quantile(0.5, second))
                        .put("p99Micros", quantile(0.99, second))
                        .put("cpuMicros", cpuNanos / 1_000)
                        .put("allocatedBytes", allocatedBytes)
                        .put("suspended", suspended);
        if (suspended) {
            json.put("suspendedUntil", suspendedUntil.toString());
        }
        return json;
    }
}
