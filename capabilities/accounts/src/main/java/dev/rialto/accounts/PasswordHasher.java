package dev.rialto.accounts;

/// Turns passwords into text that tells nothing about them, and compares. Slow by design: never
/// call it while holding a database connection.
public interface PasswordHasher {
    String hash(String password);

    /// @param stored what [#hash] made, or a hash this hasher accepts besides
    boolean matches(String password, String stored);

    /// Whether a stored hash should be replaced when its password is known again.
    boolean isOutdated(String stored);
}
