package dev.rialto.kernel;

import java.util.LinkedHashSet;
import java.util.Set;

/// The caller of an operation.
public sealed interface Caller {
    /// A caller with a client key or none, and no session.
    record Anonymous() implements Caller {}

    /// A logged-in user.
    ///
    /// @param id the user's object id
    /// @param sessionToken the session of this request
    /// @param roles names of all roles the user holds, directly or through other roles
    /// @param delegated whether the user has let a program act for it for a while, by a token of
    ///   less worth than a session's: it must not become a session, nor change how the user signs
    ///   in
    record User(String id, String sessionToken, Set<String> roles, boolean delegated)
            implements Caller {
        public User {
            roles = Set.copyOf(roles);
        }

        /// A user with a session of its own.
        public User(String id, String sessionToken, Set<String> roles) {
            this(id, sessionToken, roles, false);
        }
    }

    /// Holder of the master key, or the server itself: no permission applies.
    record Master() implements Caller {}

    /// Holder of the read-only master key: reads like [Master], writes nothing.
    record ReadOnlyMaster() implements Caller {}

    /// Holder of the maintenance key: [Master] who also sees and queries hidden columns.
    record Maintenance() implements Caller {}

    /// Whether class permissions, ACLs and protected fields don't apply to what this caller reads.
    default boolean seesEverything() {
        return switch (this) {
            case Anonymous _, User _ -> false;
            case Master _, ReadOnlyMaster _, Maintenance _ -> true;
        };
    }

    /// The names of the caller in ACLs and permissions: `*`, the user's id, `role:x`.
    default Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        names.add("*");
        if (this instanceof User user) {
            names.add(user.id());
            user.roles().forEach(role -> names.add("role:" + role));
        }
        return names;
    }

    /// Rejects a write by the read-only master key.
    ///
    /// @throws RialtoException OPERATION_FORBIDDEN
    default void requireWriter(String action) {
        requireWriterTo("perform the " + action + " operation");
    }

    /// Refuses a write by the read-only master key.
    ///
    /// @param deed the action in words: `create a schema`
    /// @throws RialtoException OPERATION_FORBIDDEN
    default void requireWriterTo(String deed) {
        if (this instanceof ReadOnlyMaster) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "read-only masterKey isn't allowed to " + deed + ".");
        }
    }
}
