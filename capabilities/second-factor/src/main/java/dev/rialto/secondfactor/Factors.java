package dev.rialto.secondfactor;

import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.secondfactor.FactorStore.Active;
import dev.rialto.secondfactor.FactorStore.Stored;
import dev.rialto.secondfactor.FactorStore.Tries;
import dev.rialto.secondfactor.SecondFactorSettings.Kind;
import dev.rialto.spi.AppSettings;
import dev.rialto.store.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The second factors of users: sets them up, and checks codes. Each code is accepted once, and
/// wrong ones are counted in the database, so both hold on all nodes.
final class Factors {
    static final String NAME = "mfa";

    /// Wrong codes in a row that lock a factor; each further one locks it for twice as long.
    static final int MAX_FAILURES = 5;

    private static final Duration FIRST_LOCK = Duration.ofMinutes(1);
    private static final Duration MAX_LOCK = Duration.ofHours(1);
    private static final int MAX_DOUBLINGS = 6;
    private static final int RECOVERY_CODES = 2;
    private static final int RECOVERY_LENGTH = 30;
    private static final int MIN_SECRET_LENGTH = 20;
    private static final int MAX_SECRET_LENGTH = 128;
    private static final int NEW_SECRET_BYTES = 20;
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final Database database;
    private final FactorStore store;
    private final Users users;
    private final Phones phones;
    private final AppSettings.PerApp<SecondFactorSettings> settings;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Factors(
            Database database,
            FactorStore store,
            Users users,
            Phones phones,
            AppSettings.PerApp<SecondFactorSettings> settings,
            InstantSource clock) {
        this.database = database;
        this.phones = phones;
        this.store = store;
        this.users = users;
        this.settings = settings;
        this.clock = clock;
    }

    SecondFactorSettings settings(App app) {
        return settings.of(app);
    }

    /// What a user has, also when it was brought along from Parse Server.
    ///
    /// @param user as it is stored
    Stored of(App app, ObjectNode user) {
        Stored stored = store.find(app, id(user));
        return stored.active().isEmpty() && foreign(app, user).isPresent()
                ? adopt(app, user)
                : stored;
    }

    /// The factor that a user must prove, if it has one of those that the app offers.
    Optional<Active> required(App app, ObjectNode user) {
        return settings.of(app).options().isEmpty()
                ? Optional.empty()
                : of(app, user)
                        .active()
                        .filter(each -> settings.of(app).options().contains(each.kind()));
    }

    /// A factor as Parse Server stores it in `authData`.
    private Optional<Active> foreign(App app, ObjectNode user) {
        JsonNode mfa = user.path("authData").path(NAME);
        String number = mfa.path("mobile").asString("");
        if (!number.isEmpty()) {
            return Optional.of(sms(app, number));
        }
        String secret = mfa.path("secret").asString("");
        if (secret.isEmpty() || Base32.decode(secret).isEmpty()) {
            return Optional.empty();
        }
        List<String> recovery =
                Stream.concat(
                                mfa.path("recovery").valueStream().map(each -> each.asString("")),
                                Stream.of(mfa.path("recovery").asString("").split("[, ]+")))
                        .filter(each -> !each.isEmpty())
                        .map(Hashes::sha256)
                        .toList();
        return Optional.of(new Active(Kind.TOTP, secret, settings.of(app).codes(), -1, recovery));
    }

    private Stored adopt(App app, ObjectNode user) {
        return database.inTransaction(() -> {
            foreign(app, user)
                    .ifPresent(factor ->
                            store.activate(
                                    app, id(user), store.find(app, id(user)).version(), factor));
            ObjectNode fields = Json.object();
            fields.putObject("authData").set(NAME, status(true));
            users.update(app, id(user), fields);
            return store.find(app, id(user));
        });
    }

    /// Checks a code of a user: of its factor, or a recovery code. A right one is used up.
    ///
    /// @param call that the code came with
    /// @throws RialtoException SCRIPT_FAILED when it is wrong, REQUEST_LIMIT_EXCEEDED after too
    ///   many wrong ones
    void require(App app, Optional<Call> call, String userId, String code) {
        if (database.isInTransaction()) {
            // Wrong codes would not be counted when it rolls back.
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "one-time codes are not accepted within a transaction");
        }
        Optional<Active> sms =
                store.find(app, userId).active().filter(each -> each.kind() == Kind.SMS);
        boolean sent = sms.isPresent() && call.isPresent();
        if (sent) {
            requireUnlocked(app, userId);
        }
        boolean right = sent && phones.check(call.get(), sms.get().secret(), code);
        Verdict verdict =
                database.apart(() ->
                        database.inTransaction(
                                () -> verdict(app, userId, code, right, clock.instant())));
        switch (verdict) {
            case Verdict.Right _ -> {}
            case Verdict.Wrong _ -> throw wrong();
            case Verdict.Locked(Duration left) -> throw locked(left);
        }
    }

    /// A code that was sent is used up by checking it, so a lock is looked for before.
    private void requireUnlocked(App app, String userId) {
        Instant now = clock.instant();
        store.find(app, userId)
                .tries()
                .lockedUntil()
                .filter(now::isBefore)
                .ifPresent(until -> {
                    throw locked(Duration.between(now, until));
                });
    }

    private static RialtoException locked(Duration left) {
        return new RialtoException(
                ErrorCode.REQUEST_LIMIT_EXCEEDED,
                "too many wrong codes; try again after %d minute(s)"
                        .formatted(Math.max(1, left.plusSeconds(59).toMinutes())),
                left);
    }

    /// Sends a code to the phone of a user who has one as its factor.
    ///
    /// @return false when it has none
    boolean send(Call call, String userId) {
        Optional<String> phone =
                store.find(call.app(), userId)
                        .active()
                        .filter(each -> each.kind() == Kind.SMS)
                        .map(Active::secret);
        phone.ifPresent(number -> phones.send(call, number));
        return phone.isPresent();
    }

    Instant now() {
        return clock.instant();
    }

    Phones phones() {
        return phones;
    }

    /// A factor that sends codes to a phone.
    Active sms(App app, String number) {
        return new Active(Kind.SMS, number, settings.of(app).codes(), -1, List.of());
    }

    private sealed interface Verdict {
        record Right() implements Verdict {}

        record Wrong() implements Verdict {}

        record Locked(Duration left) implements Verdict {}
    }

    /// Each check of a user waits for the one before it.
    ///
    /// @param wasSent whether the code is one that was sent to the user's phone
    private Verdict verdict(App app, String userId, String code, boolean wasSent, Instant now) {
        Stored stored = store.lock(app, userId);
        if (stored.active().isEmpty()) {
            return new Verdict.Wrong();
        }
        Optional<Instant> locked = stored.tries().lockedUntil().filter(now::isBefore);
        if (locked.isPresent()) {
            return new Verdict.Locked(Duration.between(now, locked.get()));
        }
        Active factor = stored.active().get();
        String hash = Hashes.sha256(code);
        if (factor.recovery().contains(hash)) {
            store.useRecovery(app, userId, hash);
            return new Verdict.Right();
        }
        if (wasSent) {
            store.accept(app, userId, factor.lastStep());
            return new Verdict.Right();
        }
        OptionalLong step =
                switch (factor.kind()) {
                    case TOTP -> factor.codes().step(secret(factor), code, now);
                    case SMS -> OptionalLong.empty();
                };
        if (step.isPresent() && step.getAsLong() > factor.lastStep()) {
            store.accept(app, userId, step.getAsLong());
            return new Verdict.Right();
        }
        if (step.isEmpty()) {
            store.count(app, userId, next(stored.tries(), now));
        }
        return new Verdict.Wrong();
    }

    private static Tries next(Tries tries, Instant now) {
        int failures = tries.failures() + 1;
        if (failures < MAX_FAILURES) {
            return new Tries(failures, Optional.empty());
        }
        int doublings = Math.min(failures - MAX_FAILURES, MAX_DOUBLINGS);
        Duration lock = FIRST_LOCK.multipliedBy(1L << doublings);
        return new Tries(
                failures, Optional.of(now.plus(lock.compareTo(MAX_LOCK) < 0 ? lock : MAX_LOCK)));
    }

    private static byte[] secret(Active factor) {
        return Base32.decode(factor.secret()).orElseThrow();
    }

    /// Checks that a client can make codes with a secret.
    ///
    /// @throws RialtoException SCRIPT_FAILED
    NewFactor totp(App app, String secret, String code) {
        Optional<byte[]> bytes = Base32.decode(secret);
        if (secret.length() < MIN_SECRET_LENGTH
                || secret.length() > MAX_SECRET_LENGTH
                || bytes.isEmpty()) {
            throw invalid();
        }
        Totp codes = settings.of(app).codes();
        if (codes.step(bytes.get(), code, clock.instant()).isEmpty()) {
            throw wrong();
        }
        List<String> recovery =
                IntStream.range(0, RECOVERY_CODES).mapToObj(_ -> recoveryCode()).toList();
        return new NewFactor(
                // Whoever set it up with a code may well log in before the next one.
                new Active(
                        Kind.TOTP,
                        secret,
                        codes,
                        -1,
                        recovery.stream().map(Hashes::sha256).toList()),
                recovery);
    }

    /// A factor and the recovery codes that are told once.
    record NewFactor(Active factor, List<String> recovery) {
        /// Doesn't show the codes.
        @Override
        public String toString() {
            return factor.toString();
        }
    }

    private String recoveryCode() {
        var code = new StringBuilder();
        for (int i = 0; i < RECOVERY_LENGTH; i++) {
            code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return code.toString();
    }

    /// A new secret for an authenticator app.
    String newSecret() {
        byte[] bytes = new byte[NEW_SECRET_BYTES];
        random.nextBytes(bytes);
        return Base32.encode(bytes);
    }

    static ObjectNode status(boolean enabled) {
        return Json.object().put("status", enabled ? "enabled" : "disabled");
    }

    static RialtoException wrong() {
        return new RialtoException(ErrorCode.SCRIPT_FAILED, "Invalid MFA token");
    }

    static RialtoException invalid() {
        return new RialtoException(ErrorCode.SCRIPT_FAILED, "Invalid MFA data");
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }
}
