package dev.rialto.functions.spi;

/// An interface of a revision, ready to be called. Safe for use by many threads.
public interface LoadedInterface {
    /// Calls it and waits for its result. Blocks until the call has ended, which it does soon after
    /// its deadline at the latest.
    ///
    /// @throws dev.rialto.kernel.RialtoException what the caller is to be told
    Result call(Invocation invocation);

    /// How many calls were given up, since they do not end, and still run.
    default int stuck() {
        return 0;
    }

    /// Whether it looks itself how large its output is.
    default boolean boundsItsOutput() {
        return false;
    }
}
