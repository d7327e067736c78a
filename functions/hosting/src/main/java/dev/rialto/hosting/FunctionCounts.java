package dev.rialto.hosting;

import dev.rialto.functions.spi.Usage;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.RialtoException;
import java.util.concurrent.atomic.LongAdder;

/// How the calls of all functions on this node went, since it started. What is known of each of
/// them is in its [FunctionGauge].
final class FunctionCounts {
    private final LongAdder calls = new LongAdder();
    private final LongAdder running = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder stopped = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder suspended = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder cpuNanos = new LongAdder();
    private final LongAdder allocatedBytes = new LongAdder();

    void begun() {
        running.increment();
    }

    void refused() {
        refused.increment();
    }

    void suspended() {
        suspended.increment();
    }

    void ended(long took, Usage usage) {
        count(took);
        cpuNanos.add(usage.cpuNanos());
        allocatedBytes.add(usage.allocatedBytes());
    }

    void failed(long took, Throwable failure) {
        count(took);
        errors.increment();
        if (isStopped(failure)) {
            stopped.increment();
        }
    }

    private void count(long took) {
        running.decrement();
        calls.increment();
        nanos.add(took);
    }

    /// Whether it went past a limit of its own.
    static boolean isStopped(Throwable failure) {
        return failure instanceof RialtoException told
                && (told.code() == ErrorCode.TIMEOUT
                        || told.code() == ErrorCode.ALLOCATION_EXCEEDED);
    }

    void measure(Gauges to) {
        to.count("rialto.functions.calls", "Calls of functions that have ended.", calls::sum);
        to.gauge("rialto.functions.running", "Calls of functions that run.", running::sum);
        to.count(
                "rialto.functions.errors",
                "Calls of functions that failed, those that were stopped among them.",
                errors::sum);
        to.count(
                "rialto.functions.stopped",
                "Calls of functions that were stopped at their time or memory limit.",
                stopped::sum);
        to.count(
                "rialto.functions.refused",
                "Calls of functions that did not begin, because too many ran or the function is"
                        + " suspended.",
                refused::sum);
        to.count(
                "rialto.functions.suspensions",
                "How often a function was suspended, because it went past its limits again and"
                        + " again.",
                suspended::sum);
        to.count(
                "rialto.functions.seconds",
                "Time that calls of functions took, waiting included.",
                () -> nanos.sum() / 1e9);
        to.count(
                "rialto.functions.cpu.seconds",
                "Processor time of calls of functions in the server's own process that succeeded.",
                () -> cpuNanos.sum() / 1e9);
        to.count(
                "rialto.functions.allocated.bytes",
                "Memory that calls of functions in the server's own process allocated, as far as"
                        + " they succeeded.",
                allocatedBytes::sum);
    }
}
