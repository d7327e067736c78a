package dev.rialto.functions.spi;

/// A way of running micro apps: in the server's JVM, in a process of their own, ... Safe for use by
/// many threads.
public interface FunctionRuntime extends AutoCloseable {
    /// What a micro app's descriptor calls it, e.g. `shared`.
    String name();

    /// Makes a revision ready to be called.
    ///
    /// @param artifact its files; what is not needed to run it is not kept
    /// @throws RefusedException when it can't be run, with all that is wrong with it
    LoadedRevision load(Release release, Artifact artifact);

    @Override
    void close();
}
