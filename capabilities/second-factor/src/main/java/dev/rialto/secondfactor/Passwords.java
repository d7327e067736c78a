package dev.rialto.secondfactor;

import tools.jackson.databind.node.ObjectNode;

/// Whether users have passwords.
final class Passwords {
    private static final String HASH = "_hashed_password";

    private Passwords() {}

    /// @param user as it is stored
    static boolean isSet(ObjectNode user) {
        return user.path(HASH).isString();
    }
}
