package dev.rialto.workers;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Occupancy;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// A revision whose calls go to the process that hosts the micro apps of its app.
final class HostedRevision implements LoadedRevision {
    private final int slot;
    private final SentArtifact workload;
    private final Descriptor descriptor;
    private final Fleet<HostProcess> host;
    private final Timing timing;
    private final Consumer<HostedRevision> closed;
    private volatile List<String> notes = List.of();

    /// @param slot tells it from the others of its process
    /// @param closed takes it when it has been closed
    HostedRevision(
            int slot,
            SentArtifact workload,
            Fleet<HostProcess> host,
            Timing timing,
            Consumer<HostedRevision> closed) {
        this.slot = slot;
        this.workload = workload;
        this.descriptor = Descriptor.of(workload.artifact());
        this.host = host;
        this.timing = timing;
        this.closed = closed;
    }

    int slot() {
        return slot;
    }

    SentArtifact workload() {
        return workload;
    }

    /// Loads it, so that whoever deploys it is told what is wrong.
    ///
    /// @param within how long it may wait for a process
    void load(Duration within) {
        ObjectNode ready = host.call(within, process -> process.load(this, within));
        List<String> told = new ArrayList<>();
        ready.path("notes").forEach(each -> told.add(each.asString("")));
        notes = List.copyOf(told);
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    /// What the process of all micro apps of its app occupies.
    @Override
    public Occupancy occupancy() {
        return host.occupancy(HostProcess::occupancy);
    }

    @Override
    public LoadedInterface find(InterfaceDescriptor exposed) {
        return invocation -> call(exposed, invocation);
    }

    private Result call(InterfaceDescriptor exposed, Invocation invocation) {
        var deadline = new Deadline(timing, invocation.within());
        return host.call(
                invocation.within(),
                process -> {
                    process.load(this, deadline.left());
                    return process.call(
                            this,
                            exposed,
                            invocation.within(deadline.left()),
                            deadline.ends(descriptor.address(exposed), false));
                });
    }

    @Override
    public void close() {
        host.instances().forEach(each -> each.unload(this));
        closed.accept(this);
    }
}
