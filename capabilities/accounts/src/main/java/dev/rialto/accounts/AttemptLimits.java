package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Limits how often passwords can be guessed and users created. Wrong passwords lock a name for a
/// while, longer each time, whether or not the user exists; an address with many wrong passwords is
/// rejected for the rest of a window. Each password of a batch counts, and concurrent attempts
/// reserve a slot before they are checked. Each node counts separately, in memory.
final class AttemptLimits {
    /// How many names and addresses are kept; the least recently seen are dropped first.
    private static final int MAX_REMEMBERED = 100_000;

    private static final int MAX_DOUBLINGS = 20;

    private final LockoutSettings settings;
    private final InstantSource clock;
    private final Duration patience;
    private final LoadingCache<String, Attempts> names;
    private final AddressLimit failures;
    private final AddressLimit signUps;

    /// @param patience how long an attempt waits for others on the same name
    AttemptLimits(LockoutSettings settings, Duration patience, InstantSource clock) {
        this.settings = settings;
        this.patience = patience;
        this.clock = clock;
        // A doubled lock is kept for longer than it lasts.
        Duration kept = settings.window().plus(settings.maxTime().multipliedBy(2));
        this.names =
                Caffeine.newBuilder()
                        .maximumSize(MAX_REMEMBERED)
                        .expireAfterAccess(kept)
                        .build(_ -> new Attempts());
        this.failures = perAddress(settings.failuresPerAddress(), "wrong passwords");
        this.signUps = perAddress(settings.signUpsPerAddress(), "sign-ups");
    }

    private AddressLimit perAddress(int max, String what) {
        return new AddressLimit(max, what, settings.window(), patience, MAX_REMEMBERED, clock);
    }

    /// The attempts on one name. Guarded by its own lock.
    private static final class Attempts {
        private int wrong;
        private int underWay;
        private int locks;
        private Instant since = Instant.MIN;
        private Instant lockedUntil = Instant.MIN;
    }

    /// Checks a password, if it may be checked now.
    ///
    /// @param said the names that the client sends, each of which counts
    /// @param address of the client; empty within the server
    /// @param check finds the user if the password is correct; slow
    /// @return what it found
    /// @throws RialtoException OBJECT_NOT_FOUND if a name is locked, REQUEST_LIMIT_EXCEEDED if the
    ///   address is rejected
    <T> Optional<T> check(App app, List<String> said, String address, Supplier<Optional<T>> check) {
        try (AddressLimit.Reservation place = failures.reserve(address)) {
            Optional<T> found = checkNames(app, said, check);
            if (found.isEmpty()) {
                place.count();
            }
            return found;
        }
    }

    private <T> Optional<T> checkNames(App app, List<String> said, Supplier<Optional<T>> check) {
        List<Attempts> all =
                settings.failures() == 0
                        ? List.of()
                        : said.stream().map(name -> names.get(key(app, name))).toList();
        int begun = 0;
        boolean right = false;
        boolean checked = false;
        try {
            for (Attempts each : all) {
                begin(each);
                begun++;
            }
            Optional<T> found = check.get();
            right = found.isPresent();
            checked = true;
            return found;
        } finally {
            for (Attempts each : all.subList(0, begun)) {
                end(each, checked, right);
            }
        }
    }

    /// Counts a sign-up, even if it fails.
    ///
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED if there were too many from this address
    void signUp(String address) {
        try (AddressLimit.Reservation place = signUps.reserve(address)) {
            place.count();
        }
    }

    /// Forgets the wrong passwords for the names of a user.
    void unlock(App app, ObjectNode user) {
        for (String field : List.of("username", "email")) {
            names.invalidate(key(app, user.path(field).asString("")));
        }
    }

    /// A digest of fixed size, so that a password typed as a name by mistake is not kept.
    private static String key(App app, String name) {
        String text = app.schema() + "\n" + name.toLowerCase(Locale.ROOT);
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void begin(Attempts attempts) {
        synchronized (attempts) {
            long deadline = System.nanoTime() + patience.toNanos();
            while (true) {
                Instant now = clock.instant();
                if (now.isBefore(attempts.lockedUntil)) {
                    throw locked(Duration.between(now, attempts.lockedUntil));
                }
                if (attempts.since.isBefore(now.minus(settings.window()))
                        && attempts.lockedUntil.isBefore(now.minus(settings.window()))) {
                    attempts.wrong = 0;
                    attempts.locks = 0;
                }
                if (attempts.wrong + attempts.underWay < settings.failures()) {
                    attempts.underWay++;
                    return;
                }
                await(attempts, deadline);
            }
        }
    }

    /// Waits for a pending attempt, which may turn out to be wrong.
    private static void await(Attempts attempts, long deadline) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw Argon2Hasher.busy();
        }
        try {
            attempts.wait(left);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw Argon2Hasher.busy();
        }
    }

    private void end(Attempts attempts, boolean checked, boolean right) {
        synchronized (attempts) {
            attempts.underWay--;
            attempts.notifyAll();
            if (!checked) {
                return;
            }
            if (right) {
                attempts.wrong = 0;
                attempts.locks = 0;
                return;
            }
            Instant now = clock.instant();
            if (attempts.wrong == 0) {
                attempts.since = now;
            }
            attempts.wrong++;
            if (attempts.wrong >= settings.failures()) {
                lock(attempts, now);
            }
        }
    }

    /// After the lock, one more attempt is allowed, and a longer lock follows if that fails, too.
    private void lock(Attempts attempts, Instant now) {
        Duration time = settings.time().multipliedBy(1L << Math.min(attempts.locks, MAX_DOUBLINGS));
        attempts.locks++;
        attempts.lockedUntil =
                now.plus(time.compareTo(settings.maxTime()) < 0 ? time : settings.maxTime());
        attempts.wrong = settings.failures() - 1;
        attempts.since = attempts.lockedUntil;
    }

    private static RialtoException locked(Duration left) {
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
