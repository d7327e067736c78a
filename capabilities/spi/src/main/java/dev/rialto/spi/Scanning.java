package dev.rialto.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Walks through a class in the order of creation, page by page. The rules are those of a find, its
/// triggers included.
public interface Scanning {
    /// What a caller walks through.
    ///
    /// @param call the request it came by, if any
    /// @param where unread condition
    record Walk(App app, Caller caller, Optional<Call> call, String className, ObjectNode where) {}

    /// A page of a walk.
    ///
    /// @param next where the next page begins; empty when this was the last one
    record Page(List<ObjectNode> objects, Optional<String> next) {}

    /// Reads a page.
    ///
    /// @param from what the page before named as the next one
    /// @throws dev.rialto.kernel.RialtoException as a find would
    Page page(Walk walk, Optional<String> from, int limit);
}
