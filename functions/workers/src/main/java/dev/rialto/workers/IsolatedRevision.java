package dev.rialto.workers;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.time.Duration;

/// A revision whose calls go to the instances of its fleet.
final class IsolatedRevision implements LoadedRevision {
    private final Descriptor descriptor;
    private final Fleet<Worker> fleet;
    private final Timing timing;
    private final Runnable closing;

    /// @param closing runs when it has been closed
    IsolatedRevision(Descriptor descriptor, Fleet<Worker> fleet, Timing timing, Runnable closing) {
        this.descriptor = descriptor;
        this.fleet = fleet;
        this.timing = timing;
        this.closing = closing;
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public LoadedInterface find(InterfaceDescriptor exposed) {
        return invocation -> call(exposed, invocation);
    }

    private Result call(InterfaceDescriptor exposed, Invocation invocation) {
        long begun = timing.nanos();
        return fleet.call(
                invocation.within(),
                worker -> {
                    Duration left = invocation.within().minusNanos(timing.nanos() - begun);
                    if (!left.isPositive()) {
                        throw new RialtoException(
                                ErrorCode.TIMEOUT, "the call waited too long for an instance");
                    }
                    return worker.call(
                            exposed, invocation.within(left), () -> late(exposed, invocation));
                });
    }

    private String late(InterfaceDescriptor exposed, Invocation invocation) {
        return descriptor.address(exposed)
                + " was stopped: it took longer than "
                + invocation.within().toMillis()
                + " ms";
    }

    @Override
    public void close() {
        fleet.close();
        closing.run();
    }
}
