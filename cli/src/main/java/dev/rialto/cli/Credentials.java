package dev.rialto.cli;

import java.util.Optional;

/// What a command shows to a server: which app it is about, and the key for it.
///
/// @param masterKey empty for commands that act as any client
/// @param restKey for apps that ask clients for a key
/// @param session of a user
record Credentials(
        String app,
        Optional<String> masterKey,
        Optional<String> restKey,
        Optional<String> session) {
    static Credentials master(String app, String key) {
        return new Credentials(app, Optional.of(key), Optional.empty(), Optional.empty());
    }

    @Override
    public String toString() {
        return "credentials of " + app;
    }
}
