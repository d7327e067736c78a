package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Users as a service to other capabilities, for the server itself: no permissions are asked.
public interface Users {
    /// A user with its hidden fields.
    Optional<ObjectNode> find(App app, String userId);

    /// The user whose `username`, `email` or other unique field has a value, with its hidden
    /// fields.
    Optional<ObjectNode> findBy(App app, String field, String value);

    /// Changes a user. The rules of the class hold: a new password is hashed and ends all sessions.
    ///
    /// @param fields hidden ones too
    /// @return updatedAt, and what rules added
    ObjectNode update(App app, String userId, ObjectNode fields);

    /// Ends all sessions of a user.
    void endSessions(App app, String userId);
}
