package dev.rialto.workers;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Occupancy;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.util.function.Consumer;

/// A revision whose calls go to the instances of its fleet.
final class IsolatedRevision implements LoadedRevision {
    /// Its processes run no other revision.
    static final int SLOT = 0;

    private final Descriptor descriptor;
    private final Fleet<Worker> fleet;
    private final Timing timing;
    private final boolean logging;
    private final Consumer<IsolatedRevision> closed;

    /// @param logging whether what its calls fail with is logged here
    /// @param closed takes it when it has been closed
    IsolatedRevision(
            Descriptor descriptor,
            Fleet<Worker> fleet,
            Timing timing,
            boolean logging,
            Consumer<IsolatedRevision> closed) {
        this.descriptor = descriptor;
        this.fleet = fleet;
        this.timing = timing;
        this.logging = logging;
        this.closed = closed;
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public Occupancy occupancy() {
        return fleet.occupancy(Worker::occupancy);
    }

    @Override
    public LoadedInterface find(InterfaceDescriptor exposed) {
        return invocation -> call(exposed, invocation);
    }

    private Result call(InterfaceDescriptor exposed, Invocation invocation) {
        try {
            return callOnce(exposed, invocation);
        } catch (RialtoException failure) {
            if (logging) {
                Throwable cause = failure.getCause();
                invocation
                        .host()
                        .log(
                                "error",
                                descriptor.address(exposed)
                                        + " failed with "
                                        + failure.number()
                                        + ": "
                                        + failure.getMessage()
                                        + (cause == null ? "" : "\n" + cause));
            }
            throw failure;
        }
    }

    private Result callOnce(InterfaceDescriptor exposed, Invocation invocation) {
        var deadline = new Deadline(timing, invocation.within());
        return fleet.call(
                invocation.within(),
                worker ->
                        worker.call(
                                SLOT,
                                exposed,
                                invocation.within(deadline.left()),
                                deadline.ends(descriptor.address(exposed), true)));
    }

    /// How many calls wait for an instance.
    int waiting() {
        return fleet.waiting();
    }

    @Override
    public void close() {
        fleet.close();
        closed.accept(this);
    }
}
