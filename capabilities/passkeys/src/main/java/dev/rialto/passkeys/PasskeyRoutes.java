package dev.rialto.passkeys;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.secondfactor.spi.StepUps;
import dev.rialto.spi.ClassShapes;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations of passkeys.
final class PasskeyRoutes {
    private static final int MAX_NAME = 100;
    private static final String VERIFIED = "passkey";
    private static final String UNVERIFIED = "security-key";

    private static final JsonSchema OPTIONS = JsonSchema.object().open();
    private static final JsonSchema ANSWER =
            JsonSchema.object().requiring("credential", JsonSchema.object().open());
    private static final JsonSchema PASSKEY =
            JsonSchema.object()
                    .requiring("objectId", JsonSchema.string())
                    .requiring("name", JsonSchema.string())
                    .requiring("createdAt", JsonSchema.named("Date"))
                    .with("usedAt", JsonSchema.named("Date"))
                    .with("cloneSeenAt", JsonSchema.named("Date"))
                    .requiring("backupEligible", JsonSchema.bool())
                    .requiring("backedUp", JsonSchema.bool());

    private final Passkeys passkeys;
    private final PasskeyStore store;
    private final Users users;
    private final SignIns signIns;
    private final StepUps stepUps;
    private final Function<App, String> appName;

    PasskeyRoutes(
            Passkeys passkeys,
            PasskeyStore store,
            Users users,
            SignIns signIns,
            StepUps stepUps,
            Function<App, String> appName) {
        this.passkeys = passkeys;
        this.store = store;
        this.users = users;
        this.signIns = signIns;
        this.stepUps = stepUps;
        this.appName = appName;
    }

    List<Operation> operations() {
        return List.of(
                Operation.post("passkeys.begin-registration", "/passkeys/registration/options")
                        .summary("Returns the options for a new passkey of the user.")
                        .output(OPTIONS)
                        .with(PasskeyRoutes::ofUsers)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::beginRegistration),
                Operation.post("passkeys.register", "/passkeys/registration")
                        .summary("Registers a new passkey of the user.")
                        .header(StepUps.HEADER, "A proof, if the user has a second factor.")
                        .input(ANSWER.with("name", JsonSchema.string()))
                        .output(201, PASSKEY)
                        .with(PasskeyRoutes::ofUsers)
                        .errors(
                                ErrorCode.OBJECT_NOT_FOUND,
                                ErrorCode.INVALID_VALUE,
                                ErrorCode.ACCOUNT_ALREADY_LINKED,
                                ErrorCode.EXCEEDED_QUOTA,
                                ErrorCode.STEP_UP_REQUIRED)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::register),
                Operation.post("passkeys.begin-sign-in", "/passkeys/sign-in/options")
                        .summary("Returns the options for a sign-in with any passkey.")
                        .output(OPTIONS)
                        .errors(ErrorCode.UNSUPPORTED_SERVICE, ErrorCode.REQUEST_LIMIT_EXCEEDED)
                        .traits(Trait.SESSIONLESS, Trait.DONE_WHEN_FULL)
                        .requestIds(RequestIds.IGNORED)
                        .handle(call -> Answer.ok(passkeys.beginSignIn(call))),
                Operation.post("passkeys.sign-in", "/passkeys/sign-in")
                        .summary("Signs in the user whose passkey has answered.")
                        .input(ANSWER)
                        .output(
                                JsonSchema.allOf(
                                        new ClassShapes("_User").object(),
                                        JsonSchema.object()
                                                .requiring("sessionToken", JsonSchema.string())))
                        .errors(
                                ErrorCode.OBJECT_NOT_FOUND,
                                ErrorCode.INVALID_VALUE,
                                ErrorCode.UNSUPPORTED_SERVICE)
                        .traits(Trait.SESSIONLESS, Trait.DONE_WHEN_FULL)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::signIn),
                Operation.post("passkeys.begin-step-up", "/passkeys/step-up/options")
                        .summary("Returns the options for a proof by a passkey of the user.")
                        .output(OPTIONS)
                        .with(PasskeyRoutes::ofUsers)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::beginStepUp),
                Operation.post("passkeys.step-up", "/passkeys/step-up")
                        .summary("Proves again who the user is, by a passkey.")
                        .input(ANSWER)
                        .output(
                                JsonSchema.object()
                                        .requiring("stepUpToken", JsonSchema.string())
                                        .requiring("expiresAt", JsonSchema.named("Date")))
                        .with(PasskeyRoutes::ofUsers)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.INVALID_VALUE)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::stepUp),
                Operation.get("passkeys.list", "/passkeys")
                        .summary("Lists the passkeys of the user.")
                        .output(JsonSchema.object().requiring("results", JsonSchema.array(PASSKEY)))
                        .errors(ErrorCode.SESSION_MISSING)
                        .handle(this::list),
                Operation.put("passkeys.rename", "/passkeys/{objectId}")
                        .summary("Gives a passkey of the user another name.")
                        .input(JsonSchema.object().requiring("name", JsonSchema.string()))
                        .output(JsonSchema.object())
                        .errors(
                                ErrorCode.SESSION_MISSING,
                                ErrorCode.OBJECT_NOT_FOUND,
                                ErrorCode.INVALID_VALUE)
                        .handle(this::rename),
                Operation.delete("passkeys.delete", "/passkeys/{objectId}")
                        .summary("Deletes a passkey of the user.")
                        .output(JsonSchema.object())
                        .errors(
                                ErrorCode.SESSION_MISSING,
                                ErrorCode.OBJECT_NOT_FOUND,
                                ErrorCode.STEP_UP_REQUIRED)
                        .handle(this::delete));
    }

    private static Operation.Builder ofUsers(Operation.Builder operation) {
        return operation.errors(ErrorCode.SESSION_MISSING, ErrorCode.UNSUPPORTED_SERVICE);
    }

    private static Caller.User self(Call call) {
        if (call.caller() instanceof Caller.User user) {
            return user;
        }
        throw new RialtoException(
                ErrorCode.SESSION_MISSING, "log in: passkeys belong to the user of a session");
    }

    private Answer beginRegistration(Call call) {
        ObjectNode user =
                users.find(call.app(), self(call).id())
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token"));
        return Answer.ok(passkeys.beginRegistration(call.app(), appName.apply(call.app()), user));
    }

    private Answer register(Call call) {
        String userId = self(call).id();
        JsonNode name = call.body().path("name");
        String said = name.isMissingNode() || name.isNull() ? "Passkey" : name(name);
        stepUps.requireForNewProof(call);
        return Answer.of(201, passkeys.register(call, userId, said).shown());
    }

    private Answer signIn(Call call) {
        Passkeys.Holder holder = passkeys.signIn(call);
        return Answer.ok(
                signIns.admit(call, holder.user(), holder.verified() ? VERIFIED : UNVERIFIED));
    }

    private Answer beginStepUp(Call call) {
        return Answer.ok(passkeys.beginStepUp(call.app(), self(call).id()));
    }

    private Answer stepUp(Call call) {
        passkeys.stepUp(call, self(call).id());
        StepUps.Proof proof = stepUps.open(call);
        ObjectNode answer = Json.object().put("stepUpToken", proof.token());
        Passkey.date(answer, "expiresAt", proof.expiresAt());
        return Answer.ok(answer);
    }

    private Answer list(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode results = answer.putArray("results");
        store.of(call.app(), self(call).id()).forEach(each -> results.add(each.shown()));
        return Answer.ok(answer);
    }

    private Answer rename(Call call) {
        String userId = self(call).id();
        String name = name(call.body().path("name"));
        if (!store.rename(call.app(), userId, call.path("objectId"), name)) {
            throw notFound();
        }
        return Answer.ok(Json.object());
    }

    private Answer delete(Call call) {
        // Without a passkey the user may have nothing left to prove with.
        signIns.requireChangeable(call);
        if (!store.delete(call.app(), self(call).id(), call.path("objectId"))) {
            throw notFound();
        }
        return Answer.ok(Json.object());
    }

    private static String name(JsonNode name) {
        String text = name.asString("").strip();
        if (!name.isString() || text.isEmpty() || text.length() > MAX_NAME) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    "name must be a string of 1 to " + MAX_NAME + " characters");
        }
        return text;
    }

    private static RialtoException notFound() {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Object not found.");
    }
}
