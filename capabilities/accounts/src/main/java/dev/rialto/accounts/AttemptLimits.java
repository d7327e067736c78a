package dev.rialto.accounts;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Sha256;
import dev.rialto.spi.AppSettings.PerApp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Limits how often passwords can be guessed and users created. Wrong passwords lock a name for a
/// while, longer each time, whether or not the user exists: soon where they come from, later
/// everywhere. An address with many wrong passwords is rejected for the rest of a window. Each
/// password of a batch counts, and concurrent attempts reserve a slot before they are checked.
final class AttemptLimits {
    /// How many names and addresses are kept; the least recently seen are dropped first.
    static final int MAX_REMEMBERED = 100_000;

    /// Of a digest of a network in a key.
    private static final int NETWORK_LENGTH = 16;

    private final PerApp<AccountPolicy> policies;
    private final Lockouts lockouts;
    private final PendingAttempts pending;
    private final InstantSource clock;
    private final AddressLimit failures;
    private final AddressLimit signUps;

    /// @param patience how long an attempt waits for others on the same name
    AttemptLimits(
            PerApp<AccountPolicy> policies,
            AddressSettings addresses,
            Lockouts lockouts,
            Duration patience,
            InstantSource clock) {
        this.policies = policies;
        this.lockouts = lockouts;
        this.clock = clock;
        this.pending = new PendingAttempts(patience, clock);
        this.failures =
                new AddressLimit(
                        addresses.failures(),
                        "wrong passwords",
                        addresses.window(),
                        patience,
                        MAX_REMEMBERED,
                        clock);
        this.signUps =
                new AddressLimit(
                        addresses.signUps(),
                        "sign-ups",
                        addresses.window(),
                        patience,
                        MAX_REMEMBERED,
                        clock);
        lockouts.listen(pending);
    }

    /// Where a password comes from.
    ///
    /// @param address that sends it; empty within the server, whose own calls are part of a
    ///   client's
    /// @param client for whom; empty if that is not known
    record From(String address, String client) {
        static From of(Call call) {
            return new From(call.remoteAddress(), call.clientAddress());
        }
    }

    /// Checks a password, if it may be checked now.
    ///
    /// @param said the names that the client sends, each of which counts
    /// @param from where it comes from
    /// @param check finds the user if the password is correct; slow
    /// @param userId of what it found
    /// @return what it found
    /// @throws RialtoException OBJECT_NOT_FOUND if a name is locked, REQUEST_LIMIT_EXCEEDED if the
    ///   address is rejected
    <T> Optional<T> check(
            App app,
            List<String> said,
            From from,
            Supplier<Optional<T>> check,
            Function<T, String> userId) {
        try (AddressLimit.Reservation place = failures.reserve(from.address())) {
            LockoutSettings settings = policies.of(app).lockout();
            var attempt =
                    new Attempt(
                            app,
                            settings,
                            settings.counts() ? accounts(app, said) : Set.of(),
                            from.client().isEmpty() ? "" : network(app, from.client()),
                            lockouts,
                            pending,
                            clock);
            Optional<T> found = attempt.run(check, userId);
            if (found.isEmpty()) {
                place.count();
            }
            return found;
        }
    }

    /// The users that names may stand for, whichever field they are sent in: otherwise the fields
    /// would be counted apart only for names that somebody has.
    private Set<Attempt.Account> accounts(App app, List<String> said) {
        Set<Attempt.Account> accounts = new LinkedHashSet<>();
        for (String name : said) {
            String folded = name.toLowerCase(Locale.ROOT);
            List<String> users = lockouts.usersNamed(app, name);
            users.forEach(user -> accounts.add(new Attempt.Account(folded, user)));
            if (users.isEmpty()) {
                accounts.add(new Attempt.Account(folded, ""));
            }
        }
        return accounts;
    }

    /// Counts a sign-up, even if it fails.
    ///
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED if there were too many from this address
    void signUp(String address) {
        try (AddressLimit.Reservation place = signUps.reserve(address)) {
            place.count();
        }
    }

    /// Forgets the wrong passwords for the names of a user who has a new password, if the app says
    /// so.
    void unlock(App app, ObjectNode user) {
        if (!policies.of(app).lockout().unlockOnPasswordReset()) {
            return;
        }
        Stream.of("username", "email")
                .map(field -> user.path(field).asString("").toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .map(name ->
                        key(app, new Attempt.Account(name, user.path("objectId").asString(""))))
                .forEach(account -> {
                    lockouts.forgetAccount(app, account);
                    lockouts.afterCommit(() -> pending.changed(app, account));
                });
    }

    /// Removes what no longer counts.
    void tidy(App app) {
        LockoutSettings settings = policies.of(app).lockout();
        // A doubled lock is kept for longer than it lasts.
        Duration kept = settings.window().plus(settings.maxTime().multipliedBy(2));
        lockouts.removeBefore(app, clock.instant().minus(kept));
    }

    /// What the keys of an account begin with: a digest of fixed size, so that a password typed as
    /// a name by mistake is not kept.
    static String key(App app, Attempt.Account account) {
        return digest(app.schema() + "\n" + account.userId() + "\n" + account.name());
    }

    /// The digest of a client's network, which is what sessions and keys note of it.
    static String network(App app, String address) {
        return digest(app.schema() + "\n" + ClientNetwork.of(address)).substring(0, NETWORK_LENGTH);
    }

    private static String digest(String text) {
        byte[] hash = Sha256.of(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 24));
    }

    static RialtoException locked(Duration left) {
        return new RialtoException(
                ErrorCode.OBJECT_NOT_FOUND,
                "Your account is locked due to multiple failed login attempts. Please try again"
                        + " after "
                        + minutes(left));
    }

    static String minutes(Duration left) {
        return Math.max(1, left.plusSeconds(59).toMinutes()) + " minute(s)";
    }
}
