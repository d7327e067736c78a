package dev.rialto.passkeys;

import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.passkeys.Challenges.Purpose;
import dev.rialto.passkeys.PasskeySettings.Verification;
import dev.rialto.spi.AppSettings;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// Registers passkeys and finds out who holds one.
final class Passkeys {
    private static final Logger LOG = Logger.getLogger(Passkeys.class.getName());
    private static final int MAX_PASSKEYS = 50;
    private static final int HANDLE_BYTES = 32;

    private final PasskeyStore store;
    private final Challenges challenges;
    private final Users users;
    private final AppSettings.PerApp<PasskeySettings> settings;
    private final InstantSource clock;
    private final Ceremonies ceremonies = new Ceremonies();
    private final Ids ids = new Ids();
    private final SecureRandom random = new SecureRandom();

    Passkeys(
            PasskeyStore store,
            Challenges challenges,
            Users users,
            AppSettings.PerApp<PasskeySettings> settings,
            InstantSource clock) {
        this.store = store;
        this.challenges = challenges;
        this.users = users;
        this.settings = settings;
        this.clock = clock;
    }

    /// Who holds a passkey.
    ///
    /// @param user as it is stored
    /// @param verified whether the authenticator knows that it is its user
    record Holder(ObjectNode user, boolean verified) {}

    /// @throws RialtoException UNSUPPORTED_SERVICE when the app has no passkeys
    PasskeySettings settings(App app) {
        PasskeySettings found = settings.of(app);
        if (found.rpId().isEmpty()) {
            throw new RialtoException(
                    ErrorCode.UNSUPPORTED_SERVICE,
                    "this app has no passkeys: its owner sets passkeys.rp-id and passkeys.origins");
        }
        return found;
    }

    /// Asks for a new passkey of a user.
    ObjectNode beginRegistration(App app, String appName, ObjectNode user) {
        PasskeySettings found = settings(app);
        List<Passkey> known = store.of(app, id(user));
        requireRoom(known);
        byte[] fresh = new byte[HANDLE_BYTES];
        random.nextBytes(fresh);
        byte[] handle = store.handle(app, id(user), fresh);
        byte[] challenge = challenges.open(app, Purpose.REGISTRATION, id(user));
        String name = user.path("username").asString(id(user));
        return Options.registration(found, appName, handle, name, known, challenge);
    }

    private static void requireRoom(List<Passkey> known) {
        if (known.size() >= MAX_PASSKEYS) {
            throw new RialtoException(
                    ErrorCode.EXCEEDED_QUOTA,
                    "a user can have at most " + MAX_PASSKEYS + " passkeys; delete one first");
        }
    }

    /// Registers what an authenticator has made.
    Passkey register(Call call, String userId, String name) {
        App app = call.app();
        PasskeySettings found = settings(app);
        Ceremonies.Registration answer = ceremonies.read(Answers.registration(call));
        use(app, Purpose.REGISTRATION, Optional.of(userId), answer.challenge());
        boolean verification = found.verification() == Verification.REQUIRED;
        ceremonies.verify(answer, found, verification);
        requireRoom(store.of(app, userId));
        AuthenticatorData<?> data = answer.authenticator();
        var key =
                new Passkey(
                        ids.objectId(),
                        answer.credential().getCredentialId(),
                        userId,
                        name,
                        ceremonies.credential(answer),
                        data.getSignCount(),
                        data.isFlagUV(),
                        new Passkey.Backup(data.isFlagBE(), data.isFlagBS()),
                        Answers.transports(call),
                        Passkey.Times.at(clock.instant()));
        if (!store.add(app, key)) {
            throw new RialtoException(
                    ErrorCode.ACCOUNT_ALREADY_LINKED, "this passkey is already registered");
        }
        return key;
    }

    /// Asks for a passkey of anybody.
    ObjectNode beginSignIn(Call call) {
        PasskeySettings found = settings(call.app());
        byte[] challenge =
                challenges.openForAnybody(call.app(), Purpose.SIGN_IN, call.remoteAddress());
        return Options.authentication(found, found.verification().text(), List.of(), challenge);
    }

    /// Asks for a passkey of a user.
    ObjectNode beginStepUp(App app, String userId) {
        PasskeySettings found = settings(app);
        byte[] challenge = challenges.open(app, Purpose.STEP_UP, userId);
        return Options.authentication(
                found, Verification.REQUIRED.text(), store.of(app, userId), challenge);
    }

    /// Whose passkey has answered.
    Holder signIn(Call call) {
        boolean verification = settings(call.app()).verification() == Verification.REQUIRED;
        return holder(call, Purpose.SIGN_IN, Optional.empty(), verification);
    }

    /// Whether a user has a passkey that proves who it is.
    boolean canProve(App app, String userId) {
        return !settings.of(app).rpId().isEmpty()
                && store.of(app, userId).stream().anyMatch(Passkey::verified);
    }

    /// Checks that a passkey of a user has answered.
    void stepUp(Call call, String userId) {
        holder(call, Purpose.STEP_UP, Optional.of(userId), true);
    }

    private Holder holder(
            Call call, Purpose purpose, Optional<String> asked, boolean verification) {
        App app = call.app();
        PasskeySettings found = settings(app);
        Ceremonies.Assertion answer = ceremonies.read(Answers.authentication(call));
        use(app, purpose, asked, answer.challenge());
        Passkey key =
                store.byCredential(app, answer.credentialId())
                        .filter(each -> asked.isEmpty() || asked.get().equals(each.userId()))
                        .filter(each -> hasHandle(app, each, answer, asked.isEmpty()))
                        .orElseThrow(Passkeys::unknown);
        Instant now = clock.instant();
        try {
            ceremonies.verify(answer, key, found, verification);
        } catch (MaliciousCounterValueException _) {
            throw cloned(app, key, now);
        }
        AuthenticatorData<?> data = answer.authenticator();
        if (!store.use(app, key.id(), data.getSignCount(), data.isFlagUV(), data.isFlagBS(), now)) {
            throw cloned(app, key, now);
        }
        return users.find(app, key.userId())
                .map(user -> new Holder(user, data.isFlagUV()))
                .orElseThrow(Passkeys::unknown);
    }

    /// An authenticator says whose passkey it is when it was not asked for that of somebody.
    private boolean hasHandle(App app, Passkey key, Ceremonies.Assertion answer, boolean isNeeded) {
        if (answer.handle().length == 0) {
            return !isNeeded;
        }
        return store.handle(app, key.userId())
                .filter(handle -> Arrays.equals(handle, answer.handle()))
                .isPresent();
    }

    private void use(App app, Purpose purpose, Optional<String> userId, byte[] challenge) {
        if (!challenges.use(app, purpose, userId, challenge)) {
            throw Ceremonies.refused("its challenge was not asked, was answered before or is over");
        }
    }

    private RialtoException cloned(App app, Passkey key, Instant now) {
        store.noteClone(app, key.id(), now);
        LOG.warning(
                "passkey "
                        + key.id()
                        + " of user "
                        + key.userId()
                        + " of app "
                        + app.id()
                        + " was sent with a counter that was used already: it may have been"
                        + " cloned");
        return Ceremonies.refused("its counter was used already, so it may have been cloned");
    }

    private static RialtoException unknown() {
        return Ceremonies.refused("it is not known");
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }
}
