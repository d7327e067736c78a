package dev.rialto.accounts;

/// Hashes passwords and verifies them. Slow by design: never call it while holding a database
/// connection.
public interface PasswordHasher {
    String hash(String password);

    /// @param stored the result of [#hash], or another hash that this hasher accepts
    boolean matches(String password, String stored);

    /// Whether a stored hash should be replaced at the next log-in.
    boolean isOutdated(String stored);
}
