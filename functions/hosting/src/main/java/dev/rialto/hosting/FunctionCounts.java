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
        to.count("rialto.functions.calls", "Function calls that have ended.", calls::sum);
        to.gauge("rialto.functions.running", "Function calls that are running.", running::sum);
        to.count(
                "rialto.functions.errors",
                "Function calls that failed, including those that were stopped.",
                errors::sum);
        to.count(
                "rialto.functions.stopped",
                "Function calls that were stopped at their time or memory limit.",
                stopped::sum);
        to.count(
                "rialto.functions.refused",
                "Function calls that were rejected because too many were running or the"
                        + " function was suspended.",
                refused::sum);
        to.count(
                "rialto.functions.suspensions",
                "How often a function was suspended because it exceeded its limits repeatedly.",
                suspended::sum);
        to.count(
                "rialto.functions.seconds",
                "Duration of function calls, including waiting.",
                () -> nanos.sum() / 1e9);
        to.count(
                "rialto.functions.cpu.seconds",
                "Processor time of successful function calls in the server's own process.",
                () -> cpuNanos.sum() / 1e9);
        to.count(
                "rialto.functions.allocated.bytes",
                "Memory allocated by successful function calls in the server's own process.",
                allocatedBytes::sum);
    }
}
