package dev.rialto.files;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Who may do what with a file.
///
/// @param owner the id of the user who uploaded it
/// @param acl in wire form; empty if whoever knows the name may read the file, and only the master
///   key may change it
/// @param urlRevision signed URLs of other revisions are not valid
public record FileAccess(Optional<String> owner, Optional<ObjectNode> acl, int urlRevision) {
    /// Whoever knows the name may read the file.
    public static final FileAccess OPEN = new FileAccess(Optional.empty(), Optional.empty(), 0);
}
