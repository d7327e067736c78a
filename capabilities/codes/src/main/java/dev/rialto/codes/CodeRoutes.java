package dev.rialto.codes;

import dev.rialto.codes.spi.Address;
import dev.rialto.codes.spi.OneTimeCodes;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.ClassShapes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations of codes, links and captchas.
final class CodeRoutes {
    static final String LOG_IN = "login";
    private static final String VERIFY = "verify";
    private static final int MAX_STATE = 500;
    private static final int MAX_CODE = 100;

    private static final JsonSchema ADDRESS =
            JsonSchema.object()
                    .with("email", JsonSchema.string("email"))
                    .with("phone", JsonSchema.string());

    private static final JsonSchema SIGNED_IN =
            JsonSchema.allOf(
                    new ClassShapes("_User").object(),
                    JsonSchema.object().requiring("sessionToken", JsonSchema.string()));

    private static final JsonSchema CHALLENGE =
            JsonSchema.object()
                    .requiring("algorithm", JsonSchema.string())
                    .requiring("challenge", JsonSchema.string())
                    .requiring("maxnumber", JsonSchema.integer())
                    .requiring("salt", JsonSchema.string())
                    .requiring("signature", JsonSchema.string());

    private final Codes codes;
    private final CodeLogIn logIn;
    private final MagicLinks links;
    private final Guard guard;
    private final AppSettings.PerApp<CodesSettings> settings;
    private final Function<String, Optional<App>> apps;

    /// What keeps codes from being asked for too often.
    record Guard(CaptchaGate captchas, Counters counters, CodeLimits limits) {}

    CodeRoutes(
            Codes codes,
            CodeLogIn logIn,
            MagicLinks links,
            Guard guard,
            AppSettings.PerApp<CodesSettings> settings,
            Function<String, Optional<App>> apps) {
        this.codes = codes;
        this.logIn = logIn;
        this.links = links;
        this.guard = guard;
        this.settings = settings;
        this.apps = apps;
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>(codeOperations());
        all.addAll(linkOperations());
        all.addAll(captchaOperations());
        return all;
    }

    private List<Operation> codeOperations() {
        return List.of(
                Operation.post("codes.send", "/codes")
                        .summary("Sends a one-time code or a link by mail or SMS.")
                        .input(
                                JsonSchema.allOf(
                                        ADDRESS,
                                        JsonSchema.object()
                                                .with("purpose", JsonSchema.oneOf(LOG_IN, VERIFY))
                                                .with("link", JsonSchema.bool())
                                                .with("url", JsonSchema.string("uri"))
                                                .with("state", JsonSchema.string())
                                                .with("captcha", JsonSchema.string())))
                        .output(JsonSchema.object().requiring("expiresIn", JsonSchema.integer()))
                        .errors(
                                ErrorCode.INVALID_VALUE,
                                ErrorCode.INVALID_EMAIL_ADDRESS,
                                ErrorCode.OPERATION_FORBIDDEN,
                                ErrorCode.SESSION_MISSING,
                                ErrorCode.CAPTCHA_REQUIRED,
                                ErrorCode.REQUEST_LIMIT_EXCEEDED)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::send),
                tried(Operation.post("codes.log-in", "/login/code"))
                        .summary("Logs in with a one-time code.")
                        .input(
                                JsonSchema.allOf(
                                        ADDRESS,
                                        JsonSchema.object().requiring("code", JsonSchema.string())))
                        .output(SIGNED_IN)
                        .traits(Trait.SESSIONLESS)
                        .handle(this::logIn),
                tried(Operation.post("codes.verify", "/codes/verify"))
                        .summary("Verifies an address of the user with a one-time code.")
                        .input(
                                JsonSchema.allOf(
                                        ADDRESS,
                                        JsonSchema.object().requiring("code", JsonSchema.string())))
                        .output(
                                JsonSchema.object()
                                        .with("emailVerified", JsonSchema.bool())
                                        .with("phone", JsonSchema.string())
                                        .with("phoneVerified", JsonSchema.bool()))
                        .errors(
                                ErrorCode.SESSION_MISSING,
                                ErrorCode.DUPLICATE_VALUE,
                                ErrorCode.STEP_UP_REQUIRED)
                        .handle(this::verify));
    }

    private static Operation.Builder tried(Operation.Builder operation) {
        return operation
                .errors(
                        ErrorCode.INVALID_VALUE,
                        ErrorCode.INVALID_EMAIL_ADDRESS,
                        ErrorCode.OBJECT_NOT_FOUND,
                        ErrorCode.REQUEST_LIMIT_EXCEEDED)
                .requestIds(RequestIds.IGNORED);
    }

    private List<Operation> linkOperations() {
        return List.of(
                Operation.get("codes.magic-link", "/apps/{appId}/magic-link")
                        .access(Access.PUBLIC)
                        .summary("Shows the page of a link that signs in.")
                        .query("token", JsonSchema.string(), "The token of the link.")
                        .produces("text/html")
                        .errors(ErrorCode.NOT_FOUND)
                        .handle(links::show),
                Operation.post("codes.follow-magic-link", "/apps/{appId}/magic-link")
                        .access(Access.PUBLIC)
                        .summary("Uses up a link, and leads to the app or shows a code.")
                        .input(JsonSchema.object().requiring("token", JsonSchema.string()))
                        .produces("text/html")
                        .errors(ErrorCode.NOT_FOUND)
                        .handle(links::follow),
                Operation.post("codes.log-in-by-link", "/login/link")
                        .summary("Logs in with the code that a link has led to the app with.")
                        .input(JsonSchema.object().requiring("code", JsonSchema.string()))
                        .output(SIGNED_IN)
                        .errors(ErrorCode.INVALID_VALUE, ErrorCode.OBJECT_NOT_FOUND)
                        .traits(Trait.SESSIONLESS)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::exchange));
    }

    private List<Operation> captchaOperations() {
        return List.of(
                Operation.get("codes.challenge", "/captcha/challenge")
                        .summary("Returns a captcha to solve, in the form of ALTCHA.")
                        .output(CHALLENGE)
                        .handle(call -> challenge(call, call.app())),
                Operation.get("codes.challenge-of-app", "/apps/{appId}/captcha/challenge")
                        .access(Access.PUBLIC)
                        .summary("Returns a captcha to solve, for a page without the app's keys.")
                        .output(CHALLENGE)
                        .errors(ErrorCode.NOT_FOUND)
                        .handle(call ->
                                challenge(
                                        call,
                                        apps.apply(call.path("appId"))
                                                .orElseThrow(() ->
                                                        new RialtoException(
                                                                ErrorCode.NOT_FOUND,
                                                                "there is no such app")))));
    }

    private Answer send(Call call) {
        ObjectNode body = call.body();
        Recipient asked = recipient(body);
        boolean verifies = verifies(body);
        CodesSettings now = settings.of(call.app());
        Optional<Codes.Link> link = link(now, body, asked, verifies);
        Optional<String> solution = text(body, "captcha", Integer.MAX_VALUE);
        String purpose = verifies ? verification(call, asked) : LOG_IN;
        Optional<ObjectNode> user = verifies ? Optional.empty() : logIn.find(call.app(), asked);
        Recipient to = user.map(each -> CodeLogIn.own(asked, each)).orElse(asked);
        boolean wanted = verifies || user.isPresent() || now.signUp();
        codes.send(
                new Codes.Asked(call.app(), call, to, purpose, wanted, link),
                usage -> guard.captchas().require(call, now.captcha(), usage, solution));
        return Answer.ok(
                Json.object()
                        .put("expiresIn", Duration.ofMinutes(OneTimeCodes.MINUTES).toSeconds()));
    }

    private static boolean verifies(ObjectNode body) {
        String purpose = body.path("purpose").asString(LOG_IN);
        if (!purpose.equals(LOG_IN) && !purpose.equals(VERIFY)) {
            throw new RialtoException(ErrorCode.INVALID_VALUE, "purpose must be login or verify");
        }
        return purpose.equals(VERIFY);
    }

    /// The purpose of a code that verifies an address of the caller. No other user's code replaces
    /// it.
    private String verification(Call call, Recipient to) {
        String user = user(call).id();
        if (to.channel() == Channel.MAIL) {
            logIn.requireOwnMail(call.app(), user, to);
        }
        return VERIFY + " " + user;
    }

    private static Optional<Codes.Link> link(
            CodesSettings settings, ObjectNode body, Recipient to, boolean verifies) {
        JsonNode link = body.path("link");
        if (!link.isMissingNode() && !link.isBoolean()) {
            throw new RialtoException(ErrorCode.INVALID_VALUE, "link must be a boolean");
        }
        Optional<String> url = text(body, "url", Integer.MAX_VALUE);
        Optional<String> state = text(body, "state", MAX_STATE);
        if (!link.asBoolean(false)) {
            return Optional.empty();
        }
        if (to.channel() != Channel.MAIL || verifies) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "a link is sent by mail, and for logging in");
        }
        List<String> known = settings.magicLinkUrls().stream().map(URI::toString).toList();
        if (url.isPresent() && !known.contains(url.get())) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "url must be one of codes.magic-link-urls");
        }
        String target = url.or(() -> known.stream().findFirst()).orElse("");
        return Optional.of(new Codes.Link(target, state.orElse("")));
    }

    private Answer logIn(Call call) {
        ObjectNode body = call.body();
        Recipient from = recipient(body);
        String code = code(body);
        if (!codes.check(call.app(), call, from, LOG_IN, code)) {
            throw wrong();
        }
        return logIn(call, from, () -> codes.restore(call.app(), from, LOG_IN, code));
    }

    private Answer exchange(Call call) {
        String code = code(call.body());
        Recipient from =
                codes.exchange(call.app(), code)
                        .map(link -> Recipient.of(Address.mail(link.address())))
                        .orElseThrow(CodeRoutes::wrong);
        return logIn(call, from, () -> codes.restoreExchange(call.app(), code));
    }

    /// @param restore lets the code be used again when the log-in is refused
    private Answer logIn(Call call, Recipient from, Runnable restore) {
        try {
            boolean signUp = settings.of(call.app()).signUp();
            return Answer.ok(logIn.logIn(call, from, signUp).orElseThrow(CodeRoutes::wrong));
        } catch (RialtoException refused) {
            restore.run();
            throw refused;
        }
    }

    private Answer verify(Call call) {
        Recipient from = recipient(call.body());
        String purpose = verification(call, from);
        if (from.channel() == Channel.SMS) {
            logIn.requireChangeable(call);
        }
        if (!codes.check(call.app(), call, from, purpose, code(call.body()))) {
            throw wrong();
        }
        return Answer.ok(logIn.verify(call.app(), user(call).id(), from));
    }

    private Answer challenge(Call call, App app) {
        CodesSettings now = settings.of(app);
        List<Limit> all = new ArrayList<>(guard.limits().ofCaller(app, call, now.most()));
        for (Channel channel : Channel.values()) {
            all.addAll(guard.limits().ofApp(app, now.most(), channel));
        }
        return Answer.ok(
                        guard.captchas().challenge(app, now.captcha(), guard.counters().usage(all)))
                .withHeader("Cache-Control", "no-store");
    }

    private static Caller.User user(Call call) {
        if (call.caller() instanceof Caller.User user) {
            return user;
        }
        throw new RialtoException(
                ErrorCode.SESSION_MISSING, "log in to verify an address of yours");
    }

    private static Recipient recipient(ObjectNode body) {
        Optional<String> email = text(body, "email", Integer.MAX_VALUE);
        Optional<String> phone = text(body, "phone", Integer.MAX_VALUE);
        if (email.isPresent() == phone.isPresent()) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "either email or phone must be given");
        }
        return Recipient.of(
                email.map(Address::mail).orElseGet(() -> Address.phone(phone.orElseThrow())));
    }

    private static String code(ObjectNode body) {
        return text(body, "code", MAX_CODE)
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .orElseThrow(
                        () -> new RialtoException(ErrorCode.INVALID_VALUE, "code must be given"));
    }

    private static Optional<String> text(ObjectNode body, String field, int most) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().length() > most) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    field
                            + " must be a string"
                            + (most == Integer.MAX_VALUE
                                    ? ""
                                    : " of at most " + most + " characters"));
        }
        return Optional.of(value.stringValue());
    }

    private static RialtoException wrong() {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Invalid or expired code.");
    }
}
