package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Settings of accounts.
///
/// @param passwordMemory the memory for hashing one password, in KiB
/// @param passwordIterations the number of passes over that memory
/// @param passwordLanes Argon2's degree of parallelism
/// @param passwordsAtOnce how many passwords are hashed at once; others wait
/// @param passwordPatience how long a password waits before the request is rejected
/// @param cachedSessions how many sessions are cached
/// @param cachedFor how long a cached session is trusted without querying the database
/// @param anonymousUsers whether users may sign up anonymously
/// @param addresses limits on guessing passwords and signing up
/// @param leakedPasswords where a list of leaked passwords is
/// @param policy for apps whose owners have set nothing else
public record AccountsSettings(
        int passwordMemory,
        int passwordIterations,
        int passwordLanes,
        int passwordsAtOnce,
        Duration passwordPatience,
        int cachedSessions,
        Duration cachedFor,
        boolean anonymousUsers,
        AddressSettings addresses,
        Optional<Path> leakedPasswords,
        AccountPolicy policy) {
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
        if (cachedSessions < 0 || cachedFor.isNegative()) {
            throw new IllegalArgumentException(
                    "accounts.cached-sessions and accounts.cached-for must not be negative");
        }
        // Reports at the start what is not a list.
        LeakedPasswords.at(leakedPasswords);
    }

    /// OWASP's minimum for Argon2id (19 MiB, two passes, one lane), one hash per processor at a
    /// time.
    public static AccountsSettings defaults() {
        return new AccountsSettings(
                19_456,
                2,
                1,
                Runtime.getRuntime().availableProcessors(),
                Duration.ofSeconds(15),
                20_000,
                Duration.ofSeconds(30),
                true,
                AddressSettings.defaults(),
                Optional.empty(),
                AccountPolicy.defaults());
    }

    /// Reads the operator's settings.
    public static AccountsSettings read(Settings in) {
        AccountsSettings standard = defaults();
        int memory = in.integer("accounts.password-memory", standard.passwordMemory());
        int passes = in.integer("accounts.password-iterations", standard.passwordIterations());
        int lanes = in.integer("accounts.password-lanes", standard.passwordLanes());
        int atOnce = in.integer("accounts.passwords-at-once", standard.passwordsAtOnce());
        var patience = in.duration("accounts.password-patience", standard.passwordPatience());
        int cached = in.integer("accounts.cached-sessions", standard.cachedSessions());
        var cachedFor = in.duration("accounts.cached-for", standard.cachedFor());
        boolean anonymous = in.yes("accounts.anonymous-users", standard.anonymousUsers());
        var leaked = in.text("accounts.leaked-passwords").map(Path::of);
        AccountPolicy policy = AccountPolicy.read(in);
        AddressSettings addresses = AddressSettings.read(in, policy.lockout().window());
        return in.build(
                standard,
                () ->
                        new AccountsSettings(
                                memory, passes, lanes, atOnce, patience, cached, cachedFor,
                                anonymous, addresses, leaked, policy));
    }
}
