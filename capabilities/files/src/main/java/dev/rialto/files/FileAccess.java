package dev.rialto.files;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
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

    private static final int MAX_NAMES = 1_000;
    private static final int MAX_NAME_LENGTH = 200;

    /// Of a new file.
    static FileAccess of(Caller uploader, Optional<ObjectNode> acl) {
        return new FileAccess(userId(uploader), acl, 0);
    }

    /// The ACL that admits nobody but a user.
    static ObjectNode only(String userId) {
        return Json.object().set(userId, Json.object().put("read", true).put("write", true));
    }

    static Optional<String> userId(Caller caller) {
        return caller instanceof Caller.User user ? Optional.of(user.id()) : Optional.empty();
    }

    boolean mayRead(Caller caller) {
        return acl.isEmpty() || caller.seesEverything() || allows(caller, "read");
    }

    boolean mayWrite(Caller caller) {
        return switch (caller) {
            case Caller.Master _, Caller.Maintenance _ -> true;
            case Caller.ReadOnlyMaster _ -> false;
            case Caller.Anonymous _, Caller.User _ -> acl.isPresent() && allows(caller, "write");
        };
    }

    private boolean allows(Caller caller, String deed) {
        ObjectNode names = acl.orElseThrow();
        return caller.names().stream()
                .anyMatch(name -> names.path(name).path(deed).asBoolean(false));
    }

    /// Checks an ACL in wire form.
    ///
    /// @return it; empty if it is null, for a file without one
    /// @throws RialtoException INVALID_ACL
    static Optional<ObjectNode> readAcl(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return Optional.empty();
        }
        if (!(value instanceof ObjectNode acl) || acl.size() > MAX_NAMES) {
            throw invalid("must be an object with at most " + MAX_NAMES + " names, or null");
        }
        for (var entry : acl.properties()) {
            String name = entry.getKey();
            if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
                throw invalid("has a name that is not *, the id of a user or role:NAME");
            }
            if (!(entry.getValue() instanceof ObjectNode rights)
                    || !rights.properties().stream().allMatch(FileAccess::isRight)) {
                throw invalid("may say true and false for read and write, of " + name);
            }
        }
        return Optional.of(acl.deepCopy());
    }

    private static boolean isRight(Map.Entry<String, JsonNode> right) {
        return (right.getKey().equals("read") || right.getKey().equals("write"))
                && right.getValue().isBoolean();
    }

    private static RialtoException invalid(String what) {
        return new RialtoException(ErrorCode.INVALID_ACL, "The ACL of a file " + what + ".");
    }
}
