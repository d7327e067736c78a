package dev.rialto.accounts.spi;

import dev.rialto.kernel.App;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Users as a service to other capabilities, for the server itself: no permissions are asked.
public interface Users {
    /// A user with its hidden fields.
    Optional<ObjectNode> find(App app, String userId);

    /// The user whose `username`, `email` or other unique field has a value, with its hidden
    /// fields.
    Optional<ObjectNode> findBy(App app, String field, String value);

    /// The user who has an email address, whatever the case of its letters.
    Optional<ObjectNode> withEmail(App app, String address);

    /// Changes a user. The rules of the class hold: a new password is hashed and ends all sessions.
    ///
    /// @param fields hidden ones too
    /// @return updatedAt, and what rules added
    ObjectNode update(App app, String userId, ObjectNode fields);

    /// The names of all roles that a user holds, directly or because they contain a role that it
    /// holds.
    ///
    /// @return empty if there is no such user
    Optional<Set<String>> roles(App app, String userId);

    /// Creates a user who has proven to own an address, without a password and a session.
    ///
    /// @param fields an address that is verified: `email` and `emailVerified`, or `phone` and
    ///   `phoneVerified`
    /// @return the user as it is stored
    ObjectNode create(App app, ObjectNode fields);

    /// Notes that the user of a session has proven to own its email address.
    ///
    /// @return false when it has another one by now
    boolean verifyEmail(App app, String userId, String address);

    /// Notes that somebody has proven to own the `email` or the `phone` of a user. If it was not
    /// verified before, whoever has set it may be somebody else, who must not come back: the
    /// password, the linked identities, another verified address, what the ACL allows others but
    /// that all may read, links that were sent and what [UserRecords#disown] removes are gone, and
    /// all sessions end. A second factor stays.
    ///
    /// @param user as it is stored
    /// @param field `email` or `phone`
    /// @return the user as it is stored now
    /// @throws dev.rialto.kernel.RialtoException OBJECT_NOT_FOUND when the user has another address
    ///   by now
    ObjectNode prove(App app, ObjectNode user, String field);

    /// Ends all sessions of a user.
    void endSessions(App app, String userId);

    /// Adds what is kept about users: it is forgotten with a user, and part of an export of its
    /// data. To be called before the first request.
    void keep(UserRecords records);

    /// All that is kept about users.
    List<UserRecords> records();
}
