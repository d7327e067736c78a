package dev.rialto.transfer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// What came of an import from a Parse Server.
///
/// @param parts in the order in which they were imported
/// @param leftOut what was not taken over, and why
public record ParseReport(List<Part> parts, SortedSet<String> leftOut) {
    public ParseReport {
        parts = List.copyOf(parts);
    }

    /// One collection or table.
    ///
    /// @param name as the Parse Server calls it
    /// @param rejected where rejected rows are listed, if there are any; what is not objects is in
    ///   `leftOut` instead
    public record Part(String name, ImportReport report, Optional<Path> rejected) {}

    /// How many rows were rejected.
    public long rejected() {
        return parts.stream().mapToLong(part -> part.report().rejected()).sum();
    }
}
