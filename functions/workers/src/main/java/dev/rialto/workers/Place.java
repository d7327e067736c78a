package dev.rialto.workers;

import dev.rialto.functions.spi.Release;

/// Where workers run.
public interface Place extends AutoCloseable {
    /// Makes room for the workers of a revision. None is started yet.
    ///
    /// @param limits of each worker
    /// @throws dev.rialto.functions.spi.RefusedException when there can't be any, and why
    Room room(Release release, Workload workload, IsolationLimits limits);

    /// What all workers here together may declare.
    DeclaredMemory memory();

    /// The setting that limits how many there may be.
    default String instancesSetting() {
        return "functions.isolated.instances";
    }

    /// All rooms have been closed.
    @Override
    void close();

    /// Where the workers of one revision are started.
    interface Room extends AutoCloseable {
        /// Starts a worker that waits for its micro app.
        ///
        /// @param printed takes what it prints
        /// @throws RuntimeException with a message for whoever deploys it when it can't be started
        Launched launch(Worker.Lines printed);

        /// Removes what was made for the revision; its workers have ended.
        @Override
        void close();
    }

    /// A worker that is connected.
    ///
    /// @param exits of its program
    record Launched(Worker worker, Exits exits) {}
}
