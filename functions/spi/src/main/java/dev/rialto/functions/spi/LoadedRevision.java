package dev.rialto.functions.spi;

import java.util.List;

/// A revision that is ready to be called. Safe for use by many threads.
public interface LoadedRevision extends AutoCloseable {
    /// What it exposes.
    Descriptor descriptor();

    /// Finds an interface, which may be kept and called until the revision is closed.
    ///
    /// @param exposed one of those that it exposes
    LoadedInterface find(InterfaceDescriptor exposed);

    /// What who deploys it should know, though it can be run: lines of text.
    default List<String> notes() {
        return List.of();
    }

    /// What it occupies now.
    default Occupancy occupancy() {
        return Occupancy.NONE;
    }

    /// Gives back all that it holds. No call is under way, and none follows.
    @Override
    void close();
}
