package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of accounts.
///
/// @param passwordMemory the memory for hashing one password, in KiB
/// @param passwordIterations the number of passes over that memory
/// @param passwordLanes Argon2's degree of parallelism
/// @param passwordsAtOnce how many passwords are hashed at once; others wait
/// @param passwordPatience how long a password waits before the request is rejected
/// @param sessionLength how long a session lasts
/// @param cachedSessions how many sessions are cached
/// @param cachedFor how long a cached session is trusted without querying the database
/// @param anonymousUsers whether users may sign up anonymously
/// @param passwordMinLength the minimum length of a new password
/// @param lockout limits on guessing passwords
public record AccountsSettings(
        int passwordMemory,
        int passwordIterations,
        int passwordLanes,
        int passwordsAtOnce,
        Duration passwordPatience,
        Duration sessionLength,
        int cachedSessions,
        Duration cachedFor,
        boolean anonymousUsers,
        int passwordMinLength,
        LockoutSettings lockout) {
    public AccountsSettings {
        if (passwordMemory < 8 * passwordLanes || passwordLanes < 1) {
            throw new IllegalArgumentException(
                    "accounts.password-memory must be at least 8 KiB for each of"
                            + " accounts.password-lanes");
        }
        if (passwordIterations < 1) {
            throw new IllegalArgumentException("accounts.password-iterations must be at least 1");
        }
        if (passwordsAtOnce < 1) {
            throw new IllegalArgumentException("accounts.passwords-at-once must be at least 1");
        }
        if (sessionLength.isNegative() || sessionLength.isZero()) {
            throw new IllegalArgumentException("accounts.session-length must be positive");
        }
        if (passwordMinLength < 1 || passwordMinLength > Credentials.MAX_PASSWORD_LENGTH) {
            throw new IllegalArgumentException(
                    "accounts.password-min-length must be 1 to " + Credentials.MAX_PASSWORD_LENGTH);
        }
        if (cachedSessions < 0 || cachedFor.isNegative()) {
            throw new IllegalArgumentException(
                    "accounts.cached-sessions and accounts.cached-for must not be negative");
        }
    }

    /// OWASP's minimum for Argon2id (19 MiB, two passes, one lane), one hash per processor at a
    /// time, sessions that last a year.
    public static AccountsSettings defaults() {
        return new AccountsSettings(
                19_456,
                2,
                1,
                Runtime.getRuntime().availableProcessors(),
                Duration.ofSeconds(15),
                Duration.ofDays(365),
                20_000,
                Duration.ofSeconds(30),
                true,
                1,
                LockoutSettings.defaults());
    }

    /// Reads the operator's settings.
    public static AccountsSettings read(Settings in) {
        AccountsSettings standard = defaults();
        int memory = in.integer("accounts.password-memory", standard.passwordMemory());
        int passes = in.integer("accounts.password-iterations", standard.passwordIterations());
        int lanes = in.integer("accounts.password-lanes", standard.passwordLanes());
        int atOnce = in.integer("accounts.passwords-at-once", standard.passwordsAtOnce());
        var patience = in.duration("accounts.password-patience", standard.passwordPatience());
        var length = in.duration("accounts.session-length", standard.sessionLength());
        int cached = in.integer("accounts.cached-sessions", standard.cachedSessions());
        var cachedFor = in.duration("accounts.cached-for", standard.cachedFor());
        boolean anonymous = in.yes("accounts.anonymous-users", standard.anonymousUsers());
        int shortest = in.integer("accounts.password-min-length", standard.passwordMinLength());
        LockoutSettings lockout = LockoutSettings.read(in);
        return in.build(
                standard,
                () ->
                        new AccountsSettings(
                                memory, passes, lanes, atOnce, patience, length, cached, cachedFor,
                                anonymous, shortest, lockout));
    }
}
