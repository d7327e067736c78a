package dev.rialto.secondfactor;

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
import dev.rialto.secondfactor.FactorStore.Stored;
import dev.rialto.secondfactor.SecondFactorSettings.Kind;
import dev.rialto.secondfactor.spi.StepUps;
import dev.rialto.spi.Objects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations of the second factor. What they change is written as `authData` of the user, so
/// that the same rules hold as for Parse's clients.
final class SecondFactorRoutes {
    static final Duration PENDING = Duration.ofMinutes(15);

    private final Factors factors;
    private final FactorStore store;
    private final StepUps stepUps;
    private final Accounts accounts;
    private final Function<App, String> appName;
    private final InstantSource clock;

    /// What users are changed and asked by.
    record Accounts(Users users, SignIns signIns, Objects objects) {}

    SecondFactorRoutes(
            Factors factors,
            FactorStore store,
            StepUps stepUps,
            Accounts accounts,
            Function<App, String> appName,
            InstantSource clock) {
        this.factors = factors;
        this.store = store;
        this.stepUps = stepUps;
        this.accounts = accounts;
        this.appName = appName;
        this.clock = clock;
    }

    List<Operation> operations() {
        return List.of(
                status(), begin(), confirm(), beginSms(), confirmSms(), send(), remove(), stepUp());
    }

    private Operation status() {
        return Operation.get("secondfactor.get", "/second-factor")
                .summary("Tells whether the user of the session has a second factor.")
                .output(
                        JsonSchema.object()
                                .requiring("status", JsonSchema.oneOf("enabled", "disabled"))
                                .with("kind", JsonSchema.oneOf("totp", "sms"))
                                .requiring("recoveryCodes", JsonSchema.integer())
                                .requiring("options", JsonSchema.array(JsonSchema.string())))
                .errors(ErrorCode.SESSION_MISSING)
                .handle(this::get);
    }

    private Operation begin() {
        return Operation.post("secondfactor.begin-totp", "/second-factor/totp")
                .summary("Makes a secret for an authenticator app.")
                .output(
                        JsonSchema.object()
                                .requiring("secret", JsonSchema.string())
                                .requiring("uri", JsonSchema.string("uri"))
                                .requiring("qr", JsonSchema.string()))
                .errors(ErrorCode.SESSION_MISSING, ErrorCode.UNSUPPORTED_SERVICE)
                .requestIds(RequestIds.IGNORED)
                .handle(this::begin);
    }

    private Operation confirm() {
        return Operation.post("secondfactor.confirm-totp", "/second-factor/totp/confirm")
                .summary("Sets up the authenticator app, with a code that it shows.")
                .header(StepUps.HEADER, "A proof of the factor that is replaced.")
                .input(
                        JsonSchema.object()
                                .requiring("token", JsonSchema.string())
                                .with("old", JsonSchema.string()))
                .output(
                        JsonSchema.object()
                                .requiring("recovery", JsonSchema.array(JsonSchema.string())))
                .errors(
                        ErrorCode.SESSION_MISSING,
                        ErrorCode.SCRIPT_FAILED,
                        ErrorCode.REQUEST_LIMIT_EXCEEDED,
                        ErrorCode.STEP_UP_REQUIRED)
                .requestIds(RequestIds.IGNORED)
                .handle(this::confirm);
    }

    private Operation beginSms() {
        return Operation.post("secondfactor.begin-sms", "/second-factor/sms")
                .summary("Sends a code to a phone, which confirms the phone.")
                .header(StepUps.HEADER, "A proof of the factor that is replaced.")
                .input(
                        JsonSchema.object()
                                .requiring("mobile", JsonSchema.string())
                                .with("old", JsonSchema.string()))
                .output(JsonSchema.object())
                .with(SecondFactorRoutes::ofCodes)
                .requestIds(RequestIds.IGNORED)
                .handle(call -> sms(call, List.of("mobile", "old")));
    }

    private Operation confirmSms() {
        return Operation.post("secondfactor.confirm-sms", "/second-factor/sms/confirm")
                .summary("Sets up a phone, with the code that was sent to it.")
                .input(
                        JsonSchema.object()
                                .requiring("mobile", JsonSchema.string())
                                .requiring("token", JsonSchema.string()))
                .output(JsonSchema.object())
                .with(SecondFactorRoutes::ofCodes)
                .requestIds(RequestIds.IGNORED)
                .handle(call -> sms(call, List.of("mobile", "token")));
    }

    private Operation send() {
        return Operation.post("secondfactor.send-code", "/second-factor/sms/request")
                .summary("Sends a code to the user's phone.")
                .output(JsonSchema.object())
                .with(SecondFactorRoutes::ofCodes)
                .requestIds(RequestIds.IGNORED)
                .handle(this::send);
    }

    private static Operation.Builder ofCodes(Operation.Builder operation) {
        return operation.errors(
                ErrorCode.SESSION_MISSING,
                ErrorCode.SCRIPT_FAILED,
                ErrorCode.INVALID_VALUE,
                ErrorCode.OPERATION_FORBIDDEN,
                ErrorCode.UNSUPPORTED_SERVICE,
                ErrorCode.REQUEST_LIMIT_EXCEEDED,
                ErrorCode.STEP_UP_REQUIRED);
    }

    private Answer sms(Call call, List<String> fields) {
        ObjectNode user = user(call);
        ObjectNode mfa = Json.object();
        for (String field : fields) {
            if (call.body().has(field)) {
                mfa.set(field, call.body().path(field));
            }
        }
        write(call, user, mfa);
        return Answer.ok(Json.object());
    }

    private Answer send(Call call) {
        if (!factors.send(call, id(user(call)))) {
            throw MfaFactor.unsupported();
        }
        return Answer.ok(Json.object());
    }

    private Operation remove() {
        return Operation.delete("secondfactor.remove", "/second-factor")
                .summary("Removes the second factor, with a code of it.")
                .header(StepUps.HEADER, "A proof, unless `token` is sent.")
                .query("token", JsonSchema.string(), "A code, better sent in the body.")
                .output(JsonSchema.object())
                .errors(
                        ErrorCode.SESSION_MISSING,
                        ErrorCode.SCRIPT_FAILED,
                        ErrorCode.REQUEST_LIMIT_EXCEEDED)
                .handle(this::remove);
    }

    private Operation stepUp() {
        return Operation.post("secondfactor.step-up", "/second-factor/step-up")
                .summary("Proves again who the user is, for operations that ask for it.")
                .input(
                        JsonSchema.object()
                                .with("password", JsonSchema.string())
                                .with("token", JsonSchema.string()))
                .output(
                        JsonSchema.object()
                                .requiring("stepUpToken", JsonSchema.string())
                                .requiring("expiresAt", JsonSchema.named("Date")))
                .errors(
                        ErrorCode.SESSION_MISSING,
                        ErrorCode.OBJECT_NOT_FOUND,
                        ErrorCode.SCRIPT_FAILED,
                        ErrorCode.REQUEST_LIMIT_EXCEEDED,
                        ErrorCode.STEP_UP_REQUIRED)
                .traits(Trait.DONE_WHEN_FULL)
                .requestIds(RequestIds.IGNORED)
                .handle(this::stepUp);
    }

    private ObjectNode user(Call call) {
        if (!(call.caller() instanceof Caller.User user)) {
            throw new RialtoException(
                    ErrorCode.SESSION_MISSING, "log in: this is about the user of a session");
        }
        return accounts.users()
                .find(call.app(), user.id())
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token"));
    }

    private Answer get(Call call) {
        Stored stored = factors.of(call.app(), user(call));
        ObjectNode answer = Factors.status(stored.active().isPresent());
        stored.active().ifPresent(factor -> answer.put("kind", factor.kind().text()));
        answer.put("recoveryCodes", stored.active().map(each -> each.recovery().size()).orElse(0));
        var options = answer.putArray("options");
        factors.settings(call.app()).options().stream()
                .map(Kind::text)
                .sorted()
                .forEach(options::add);
        return Answer.ok(answer);
    }

    private Answer begin(Call call) {
        ObjectNode user = user(call);
        SecondFactorSettings settings = factors.settings(call.app());
        if (!settings.options().contains(Kind.TOTP)) {
            throw MfaFactor.unsupported();
        }
        String secret = factors.newSecret();
        store.suggest(call.app(), id(user), secret, clock.instant());
        String address =
                new KeyAddress(
                                appName.apply(call.app()),
                                user.path("username").asString(id(user)),
                                secret,
                                settings.codes())
                        .toString();
        return Answer.ok(
                Json.object()
                        .put("secret", secret)
                        .put("uri", address)
                        .put("qr", QrCode.svg(address)));
    }

    private Answer confirm(Call call) {
        ObjectNode user = user(call);
        Instant oldest = clock.instant().minus(PENDING);
        FactorStore.Pending pending =
                store.find(call.app(), id(user))
                        .pending()
                        .filter(each -> each.at().isAfter(oldest))
                        .filter(each -> !Phones.isPending(each.secret()))
                        .orElseThrow(() ->
                                new RialtoException(
                                        ErrorCode.SCRIPT_FAILED,
                                        "begin with POST /second-factor/totp"));
        ObjectNode mfa = Json.object().put("secret", pending.secret());
        mfa.set("token", call.body().path("token"));
        if (call.body().path("old").isString()) {
            mfa.set("old", call.body().path("old"));
        }
        ObjectNode answer = Json.object();
        var codes = answer.putArray("recovery");
        String recovery =
                write(call, user, mfa)
                        .path("authDataResponse")
                        .path(Factors.NAME)
                        .path("recovery")
                        .asString("");
        List.of(recovery.split(", ")).forEach(codes::add);
        return Answer.ok(answer);
    }

    private Answer remove(Call call) {
        ObjectNode user = user(call);
        JsonNode token = call.parameters().path("token");
        write(
                call,
                user,
                token.isString()
                        ? Json.object().put("old", token.stringValue())
                        : Json.nodes().nullNode());
        return Answer.ok(Json.object());
    }

    private ObjectNode write(Call call, ObjectNode user, JsonNode mfa) {
        ObjectNode fields = Json.object();
        fields.putObject("authData").set(Factors.NAME, mfa);
        return accounts.objects()
                .update(call.app(), call.caller(), Optional.of(call), "_User", id(user), fields);
    }

    private Answer stepUp(Call call) {
        ObjectNode user = user(call);
        boolean has = factors.of(call.app(), user).active().isPresent();
        if (!has && !Passwords.isSet(user)) {
            throw new RialtoException(
                    ErrorCode.STEP_UP_REQUIRED,
                    "there is nothing to prove who you are with: set up a second factor or a"
                            + " passkey");
        }
        if (Passwords.isSet(user)) {
            JsonNode password = call.body().path("password");
            if (!password.isString()) {
                throw new RialtoException(ErrorCode.PASSWORD_MISSING, "password is required");
            }
            requirePassword(call, user, password.stringValue());
        }
        if (has) {
            JsonNode token = call.body().path("token");
            if (!token.isString()) {
                throw Factors.wrong();
            }
            factors.require(call.app(), Optional.of(call), id(user), token.stringValue());
        }
        StepUps.Proof proof = stepUps.open(call);
        ObjectNode answer = Json.object().put("stepUpToken", proof.token());
        answer.putObject("expiresAt")
                .put("__type", "Date")
                .put("iso", proof.expiresAt().toString());
        return Answer.ok(answer);
    }

    private void requirePassword(Call call, ObjectNode user, String password) {
        ObjectNode found =
                accounts.signIns().withPassword(call, user.path("username").asString(""), password);
        if (!id(found).equals(id(user))) {
            throw new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Invalid username/password.");
        }
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }
}
