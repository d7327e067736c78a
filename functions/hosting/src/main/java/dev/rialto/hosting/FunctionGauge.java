package dev.rialto.hosting;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.spi.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.node.ObjectNode;

/// What is known of the calls of one interface on this node, and what keeps them in bounds: how
/// many may run at once, and a break after going past limits again and again.
final class FunctionGauge {
    /// So many calls in a row that went past a limit suspend the interface.
    private static final int STRIKES = 5;

    private static final int RATE_SECONDS = 60;

    private final String address;
    private final InstantSource clock;
    private final Duration suspendedFor;
    private final Semaphore permits;
    private final LongAdder calls = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder cpu = new LongAdder();
    private final LongAdder allocated = new LongAdder();
    private final Durations durations = new Durations();
    private final CallRate rate = new CallRate(RATE_SECONDS);
    private final AtomicInteger strikes = new AtomicInteger();
    private volatile Instant suspendedUntil = Instant.MIN;

    FunctionGauge(String address, int concurrency, Duration suspendedFor, InstantSource clock) {
        this.address = address;
        this.permits = new Semaphore(concurrency);
        this.suspendedFor = suspendedFor;
        this.clock = clock;
    }

    /// Lets a call begin. Each is followed by [#end].
    ///
    /// @throws RialtoException FUNCTION_SUSPENDED or OVERLOADED
    void begin() {
        Instant until = suspendedUntil;
        if (until.isAfter(Instant.MIN) && clock.instant().isBefore(until)) {
            throw new RialtoException(
                    ErrorCode.FUNCTION_SUSPENDED,
                    address
                            + " is suspended until "
                            + until
                            + ": it went past its limits "
                            + STRIKES
                            + " times in a row");
        }
        if (!permits.tryAcquire()) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED,
                    address + " runs as often as it may at once: try again in a moment");
        }
    }

    /// Ends a call that went well.
    void end(long nanos, Usage usage) {
        permits.release();
        if (strikes.get() != 0) {
            strikes.set(0);
        }
        count(nanos);
        cpu.add(usage.cpuNanos());
        allocated.add(usage.allocatedBytes());
    }

    /// Ends a call that failed.
    ///
    /// @return whether this call suspends the interface
    boolean fail(long nanos, RuntimeException failure) {
        permits.release();
        errors.increment();
        count(nanos);
        if (!isStrike(failure)) {
            return false;
        }
        if (strikes.incrementAndGet() < STRIKES) {
            return false;
        }
        // One call is let through afterwards; the next strike suspends again.
        strikes.set(STRIKES - 1);
        suspendedUntil = clock.instant().plus(suspendedFor);
        return true;
    }

    private static boolean isStrike(RuntimeException failure) {
        return failure instanceof RialtoException told
                && (told.code() == ErrorCode.TIMEOUT
                        || told.code() == ErrorCode.ALLOCATION_EXCEEDED);
    }

    private void count(long nanos) {
        long second = clock.instant().getEpochSecond();
        calls.increment();
        durations.add(nanos / 1_000, second);
        rate.add(second);
    }

    /// As operators see it: calls and errors since the start, the rest of lately.
    ObjectNode wire() {
        long count = calls.sum();
        Instant until = suspendedUntil;
        Instant now = clock.instant();
        long second = now.getEpochSecond();
        boolean suspended = now.isBefore(until);
        ObjectNode json =
                Json.object()
                        .put("address", address)
                        .put("calls", count)
                        .put("errors", errors.sum())
                        .put("perSecond", rate.perSecond(second))
                        .put("p50Micros", durations.quantile(0.5, second))
                        .put("p99Micros", durations.quantile(0.99, second))
                        .put("cpuMicros", cpu.sum() / 1_000)
                        .put("allocatedBytes", allocated.sum())
                        .put("suspended", suspended);
        if (suspended) {
            json.put("suspendedUntil", until.toString());
        }
        return json;
    }
}
