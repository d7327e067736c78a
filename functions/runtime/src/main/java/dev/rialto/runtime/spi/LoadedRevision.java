package dev.rialto.runtime.spi;

/// A revision that is ready to be called. Safe for use by many threads.
public interface LoadedRevision extends AutoCloseable {
    /// What it exposes.
    Descriptor descriptor();

    /// Calls an interface and waits for its result. Blocks until the call has ended, which it does
    /// soon after its deadline at the latest.
    ///
    /// @throws dev.rialto.kernel.RialtoException what the caller is to be told
    Result call(Invocation invocation);

    /// Gives back all that it holds. No call is under way, and none follows.
    @Override
    void close();
}
