package dev.rialto.signin;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.accounts.spi.SignIns;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import dev.rialto.signin.Visits.Kind;
import dev.rialto.spi.AppSettings.PerApp;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Signing in by browser: away to a provider, back here, and on to the app with a code, which only
/// the one that began can exchange for a session.
final class SignInRoutes {
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
    private static final int MAX_STATE = 500;

    private final Function<String, Optional<App>> apps;
    private final PerApp<SignInSettings> settings;
    private final AppProviders providers;
    private final Visits visits;
    private final SignIns signIns;
    private final Pages pages;

    SignInRoutes(
            Function<String, Optional<App>> apps,
            PerApp<SignInSettings> settings,
            AppProviders providers,
            Visits visits,
            SignIns signIns,
            Pages pages) {
        this.apps = apps;
        this.settings = settings;
        this.providers = providers;
        this.visits = visits;
        this.signIns = signIns;
        this.pages = pages;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("signin.begin", "/sign-in/{provider}")
                        .access(Access.PUBLIC)
                        .summary("Sends a browser to a provider to sign in.")
                        .query("app", JsonSchema.string(), "The id of the app.")
                        .query(
                                "redirect",
                                JsonSchema.string("uri"),
                                "Where to return to, one of `sign-in.redirects`.")
                        .query(
                                "challenge",
                                JsonSchema.string(),
                                "The SHA-256 of the verifier for the exchange, in base64url.")
                        .query("state", JsonSchema.string(), "Returned unchanged.")
                        .output(303, JsonSchema.object())
                        .errors(ErrorCode.INVALID_VALUE, ErrorCode.UNSUPPORTED_SERVICE)
                        .traits(Trait.WRITES)
                        .handle(this::begin),
                callback(
                        Operation.get("signin.callback", "/sign-in/{provider}/callback")
                                .traits(Trait.WRITES)),
                callback(
                        Operation.post("signin.callback-by-form", "/sign-in/{provider}/callback")
                                .requestIds(RequestIds.IGNORED)),
                Operation.post("signin.exchange", "/sign-in/exchange")
                        .summary("Exchanges the code that a browser has brought for a session.")
                        .input(
                                JsonSchema.object()
                                        .requiring("code", JsonSchema.string())
                                        .requiring("verifier", JsonSchema.string()))
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.ACCOUNT_ALREADY_LINKED)
                        .requestIds(RequestIds.IGNORED)
                        .traits(Trait.DONE_WHEN_FULL)
                        .handle(this::exchange));
    }

    private Operation callback(Operation.Builder operation) {
        return operation
                .access(Access.PUBLIC)
                .summary("Takes back a browser from a provider.")
                .output(303, JsonSchema.object())
                .handle(this::back);
    }

    private Answer begin(Call call) {
        App app =
                Said.text(call.parameters(), "app")
                        .flatMap(apps)
                        .orElseThrow(() -> invalid("app must be the id of an app"));
        String name = call.path("provider");
        Provider provider = provider(app, name);
        String redirect =
                Said.text(call.parameters(), "redirect")
                        .filter(settings.of(app).redirects()::contains)
                        .orElseThrow(() -> invalid("redirect must be one of sign-in.redirects"));
        String challenge =
                Said.text(call.parameters(), "challenge")
                        .filter(each -> CHALLENGE.matcher(each).matches())
                        .orElseThrow(() ->
                                invalid(
                                        "challenge must be the SHA-256 of your verifier in"
                                                + " base64url, 43 characters"));
        String given = Said.text(call.parameters(), "state").orElse("");
        if (given.length() > MAX_STATE) {
            throw invalid("state must have at most " + MAX_STATE + " characters");
        }
        var visit =
                new Provider.Visit(
                        call.publicUrl() + "/sign-in/" + name + "/callback",
                        stateOf(app),
                        Secrets.fresh(),
                        Secrets.fresh());
        URI away = provider.authorization(visit);
        ObjectNode content =
                Json.object()
                        .put("provider", name)
                        .put("callback", visit.callback())
                        .put("nonce", visit.nonce())
                        .put("verifier", visit.verifier())
                        .put("redirect", redirect)
                        .put("challenge", challenge)
                        .put("given", given);
        visits.keep(app, Kind.STATE, visit.state(), content, network(call));
        return sent(away.toString());
    }

    /// The callback is the same for all apps, so the state tells which one it is. WeChat allows 128
    /// bytes, of which the secret takes 43.
    private static String stateOf(App app) {
        String id =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(app.id().getBytes(StandardCharsets.UTF_8));
        return Secrets.fresh() + id;
    }

    private Optional<App> appOf(String state) {
        int secret = Secrets.fresh().length();
        if (state.length() <= secret) {
            return Optional.empty();
        }
        try {
            byte[] id = Base64.getUrlDecoder().decode(state.substring(secret));
            return apps.apply(new String(id, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Answer back(Call call) {
        ObjectNode said = call.parameters().deepCopy();
        said.setAll(call.body());
        String state = Said.text(said, "state").orElse("");
        App app = appOf(state).orElseThrow(() -> invalid("state must be that of a sign-in"));
        Optional<ObjectNode> begun =
                visits.take(app, Kind.STATE, state)
                        .map(Visits.Taken::content)
                        .filter(each -> text(each, "provider").equals(call.path("provider")));
        if (begun.isEmpty()) {
            return pages.show(
                    app, call, Page.of(SignInRoutes.class, "sign-in-expired").status(400));
        }
        ObjectNode visit = begun.get();
        Map<String, String> parameters = new HashMap<>();
        if (!text(visit, "given").isEmpty()) {
            parameters.put("state", text(visit, "given"));
        }
        try {
            Person person = redeemed(app, state, visit, said);
            parameters.put("code", result(app, call, visit, person));
        } catch (RialtoException refused) {
            boolean denied = Said.text(said, "error").equals(Optional.of("access_denied"));
            parameters.put("error", denied ? "access_denied" : "sign_in_failed");
            parameters.put("error_description", String.valueOf(refused.getMessage()));
        }
        String redirect = text(visit, "redirect");
        return sent(
                redirect
                        + (redirect.indexOf('?') < 0 ? "?" : "&")
                        + ProviderClient.query(parameters));
    }

    private Person redeemed(App app, String state, ObjectNode begun, ObjectNode said) {
        Provider provider = provider(app, text(begun, "provider"));
        Optional<String> code =
                Said.text(said, provider.codeParameter()).or(() -> Said.text(said, "code"));
        if (code.isEmpty() || said.has("error")) {
            throw Refusal.of("the provider did not sign you in");
        }
        if (!provider.isFrom(Said.text(said, "iss"))) {
            throw Refusal.of("the browser came back from another provider");
        }
        var visit =
                new Provider.Visit(
                        text(begun, "callback"),
                        state,
                        text(begun, "nonce"),
                        text(begun, "verifier"));
        return provider.redeem(visit, code.get());
    }

    /// Keeps who it is until the app asks.
    ///
    /// @return the code to ask with
    private String result(App app, Call call, ObjectNode begun, Person person) {
        String code = Secrets.fresh();
        ObjectNode content =
                Json.object()
                        .put("provider", text(begun, "provider"))
                        .put("challenge", text(begun, "challenge"))
                        .put("id", person.id());
        content.set("kept", person.kept());
        person.verifiedEmail().ifPresent(each -> content.put("email", each));
        visits.keep(app, Kind.RESULT, code, content, network(call));
        return code;
    }

    /// Links the identity when the request has a session, otherwise signs in.
    private Answer exchange(Call call) {
        App app = call.app();
        String code = Said.text(call.body(), "code").orElse("");
        String verifier = Said.text(call.body(), "verifier").orElse("");
        Visits.Taken taken =
                visits.take(app, Kind.RESULT, code).orElseThrow(SignInRoutes::wrongCode);
        ObjectNode result = taken.content();
        if (!VERIFIER.matcher(verifier).matches()
                || !isSame(Secrets.challenge(verifier), text(result, "challenge"))) {
            throw wrongCode();
        }
        try {
            return Answer.ok(signedIn(call, result));
        } catch (RialtoException refused) {
            // What was asked for beside, such as a second factor, can be given now.
            visits.putBack(app, Kind.RESULT, code, taken, network(call));
            throw refused;
        }
    }

    private ObjectNode signedIn(Call call, ObjectNode result) {
        var person =
                new Person(
                        text(result, "id"),
                        (ObjectNode) result.path("kept"),
                        Said.text(result, "email"));
        AuthProvider.Identity identity = providers.identity(call.app(), person);
        String name = text(result, "provider");
        return call.caller() instanceof Caller.User user
                ? signIns.link(call, user, name, identity)
                : signIns.withIdentity(call, name, identity, Json.object());
    }

    private Provider provider(App app, String name) {
        return providers
                .provider(app, name)
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.UNSUPPORTED_SERVICE,
                                "This authentication method is unsupported."));
    }

    private static Answer sent(String address) {
        return new Answer(
                303,
                Map.of(
                        "Location", address,
                        "Cache-Control", "no-store",
                        "Referrer-Policy", "no-referrer"),
                new Answer.Body.Bytes(new byte[0]));
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private static String network(Call call) {
        return ClientNetwork.of(call.remoteAddress());
    }

    private static String text(ObjectNode from, String field) {
        return from.path(field).asString("");
    }

    private static RialtoException wrongCode() {
        return Refusal.of("the code or the verifier is not valid, or the code has been used");
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_VALUE, message);
    }
}
