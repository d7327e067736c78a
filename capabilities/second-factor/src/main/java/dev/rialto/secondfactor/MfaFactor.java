package dev.rialto.secondfactor;

import dev.rialto.accounts.spi.AdditionalFactor;
import dev.rialto.accounts.spi.Users;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.secondfactor.FactorStore.Active;
import dev.rialto.secondfactor.FactorStore.Stored;
import dev.rialto.secondfactor.SecondFactorSettings.Kind;
import dev.rialto.secondfactor.spi.StepUps;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `authData.mfa` as Parse Server's clients write it: sets up, replaces and removes the second
/// factor of a user. Whoever has one must prove it to replace or remove it.
final class MfaFactor implements AdditionalFactor {
    private final Factors factors;
    private final FactorStore store;
    private final Users users;
    private final StepUpGate stepUps;

    MfaFactor(Factors factors, FactorStore store, Users users, StepUpGate stepUps) {
        this.factors = factors;
        this.store = store;
        this.users = users;
        this.stepUps = stepUps;
    }

    @Override
    public String name() {
        return Factors.NAME;
    }

    @Override
    public JsonNode shown(JsonNode stored) {
        boolean enabled =
                stored.path("status").asString("").equals("enabled")
                        || stored.path("secret").isString()
                        || stored.path("mobile").isString();
        return Factors.status(enabled);
    }

    @Override
    public Change check(Asked asked) {
        requireSelf(asked);
        Stored stored = stored(asked);
        ObjectNode said = asked.said().orElseGet(Json::object);
        if (Set.copyOf(said.propertyNames()).equals(Set.of("status"))) {
            // Clients send back what they have read.
            return () -> new Outcome(Optional.of(kept(stored)), Json.object());
        }
        boolean removal =
                asked.said().isEmpty() || Set.copyOf(said.propertyNames()).equals(Set.of("old"));
        if (removal) {
            return removal(asked, stored);
        }
        return said.path("mobile").isMissingNode()
                ? totp(asked, stored, said)
                : sms(asked, stored, said);
    }

    private Change sms(Asked asked, Stored stored, ObjectNode said) {
        if (!factors.settings(asked.app()).options().contains(Kind.SMS)) {
            throw unsupported();
        }
        JsonNode mobile = said.path("mobile");
        if (!mobile.isString() || asked.creating() || asked.call().isEmpty()) {
            throw Factors.invalid();
        }
        return said.path("token").isMissingNode()
                ? pendingSms(asked, stored, mobile.stringValue())
                : confirmedSms(asked, stored, mobile.stringValue(), said.path("token"));
    }

    /// Sends a code to a number, which confirms it.
    private Change pendingSms(Asked asked, Stored stored, String number) {
        requireProof(asked, stored);
        factors.phones().send(asked.call().orElseThrow(), number);
        return () -> {
            store.suggest(asked.app(), asked.userId(), Phones.pending(number), factors.now());
            return new Outcome(Optional.of(kept(stored)), Json.object());
        };
    }

    private Change confirmedSms(Asked asked, Stored stored, String number, JsonNode token) {
        boolean pending =
                stored.pending()
                        .filter(each -> each.secret().equals(Phones.pending(number)))
                        .isPresent();
        if (!pending) {
            throw new RialtoException(ErrorCode.SCRIPT_FAILED, "This number is not pending");
        }
        if (!token.isString()
                || !factors.phones()
                        .check(asked.call().orElseThrow(), number, token.stringValue())) {
            throw Factors.wrong();
        }
        return () -> {
            activate(asked, stored, factors.sms(asked.app(), number));
            return new Outcome(Optional.of(Factors.status(true)), Json.object());
        };
    }

    private static void requireSelf(Asked asked) {
        boolean self =
                asked.creating()
                        || asked.caller().seesEverything()
                        || (asked.caller() instanceof Caller.User user
                                && user.id().equals(asked.userId()));
        if (!self) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "only users themselves can change their second factor");
        }
    }

    private Stored stored(Asked asked) {
        return asked.creating()
                ? Stored.NOTHING
                : users.find(asked.app(), asked.userId())
                        .map(user -> factors.of(asked.app(), user))
                        .orElse(Stored.NOTHING);
    }

    private static ObjectNode kept(Stored stored) {
        return Factors.status(stored.active().isPresent());
    }

    private Change removal(Asked asked, Stored stored) {
        requireProof(asked, stored);
        return () -> {
            if (!store.remove(asked.app(), asked.userId(), stored.version())) {
                throw changed();
            }
            return new Outcome(Optional.empty(), Json.object());
        };
    }

    private Change totp(Asked asked, Stored stored, ObjectNode said) {
        if (!factors.settings(asked.app()).options().contains(Kind.TOTP)) {
            throw unsupported();
        }
        if (!said.path("secret").isString() || !said.path("token").isString()) {
            throw Factors.invalid();
        }
        Factors.NewFactor made =
                factors.totp(
                        asked.app(),
                        said.path("secret").stringValue(),
                        said.path("token").stringValue());
        requireProof(asked, stored);
        return () -> {
            activate(asked, stored, made.factor());
            return new Outcome(
                    Optional.of(Factors.status(true)),
                    Json.object().put("recovery", String.join(", ", made.recovery())));
        };
    }

    private void activate(Asked asked, Stored stored, Active factor) {
        if (!store.activate(asked.app(), asked.userId(), stored.version(), factor)) {
            throw changed();
        }
    }

    /// Whoever has a factor proves it. Where operations ask for proofs, a session alone must not be
    /// enough to make oneself able to give them.
    private void requireProof(Asked asked, Stored stored) {
        boolean proven = asked.call().filter(stepUps::hasProven).isPresent();
        if (asked.creating() || asked.caller().seesEverything() || proven) {
            return;
        }
        boolean guarded =
                users.find(asked.app(), asked.userId())
                        .filter(user -> stepUps.guardsSetUp(asked.app(), user))
                        .isPresent();
        if (stored.active().isEmpty() && !guarded) {
            return;
        }
        Optional<String> header = asked.call().flatMap(call -> call.header(StepUps.HEADER));
        if (header.isPresent() && asked.caller() instanceof Caller.User user) {
            if (stepUps.accepts(asked.call().orElseThrow(), user, header.get())) {
                return;
            }
            throw Factors.wrong();
        }
        if (stored.active().isEmpty()) {
            throw new RialtoException(
                    ErrorCode.STEP_UP_REQUIRED,
                    "to set up a second factor, send the token of POST /second-factor/step-up or"
                            + " POST /passkeys/step-up in "
                            + StepUps.HEADER);
        }
        JsonNode old =
                asked.said().map(said -> said.path("old")).orElseGet(Json.nodes()::missingNode);
        if (!old.isString()) {
            throw Factors.wrong();
        }
        factors.require(asked.app(), asked.call(), asked.userId(), old.stringValue());
    }

    static RialtoException unsupported() {
        return new RialtoException(
                ErrorCode.UNSUPPORTED_SERVICE, "This authentication method is unsupported.");
    }

    private static RialtoException changed() {
        return new RialtoException(
                ErrorCode.SCRIPT_FAILED, "MFA is already set up on this account");
    }
}
