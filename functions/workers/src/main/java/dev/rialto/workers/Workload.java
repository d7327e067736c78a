package dev.rialto.workers;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.RefusedException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// One revision of a micro app as workers run it: the program, what makes it load the revision, and
/// who answers what its code asks.
public interface Workload extends AutoCloseable {
    /// The program that its workers run. One that is the same object for many revisions may have
    /// been started before.
    Image image();

    /// Environment variables that its workers get, besides those that all have.
    Map<String, String> variables();

    /// The frames that make a worker load it.
    List<ObjectNode> frames();

    /// Answers what its code asks of the platform.
    WorkerRequests requests();

    /// Whether its workers log what their calls fail with.
    default boolean logsFailures() {
        return true;
    }

    /// What it exposes.
    ///
    /// @param ready the frame that a worker has answered with
    /// @throws RefusedException when the worker has told it wrongly
    Descriptor descriptor(ObjectNode ready);

    /// What is wrong with it.
    ///
    /// @param answer the `refused` frame of a worker
    RefusedException refused(ObjectNode answer);

    /// Removes what was made for it. No worker runs any more.
    @Override
    void close();
}
