package dev.rialto.openid;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.openid.connect.sdk.OIDCError;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.openid.AuthorizationRequests.Asked;
import dev.rialto.openid.AuthorizationRequests.Read;
import dev.rialto.openid.Browsers.Browser;
import dev.rialto.openid.Browsers.LogIn;
import dev.rialto.openid.Browsers.Ticket;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// The pages on which users log in and decide what a client may do.
final class AuthorizationRoutes {
    static final String LOG_IN = "login";
    static final String CONSENT = "consent";
    private static final String FACTOR = "factor";

    /// The text that says that name or password are wrong.
    private static final String WRONG = "wrong";

    private static final Duration FORM_LENGTH = Duration.ofHours(1);
    private static final Duration FACTOR_LENGTH = Duration.ofMinutes(5);

    /// How a check of sign-ins says that it wants a second factor, in Parse's words.
    private static final String MISSING_FACTOR = "Missing additional authData";

    private final Provider provider;
    private final AuthorizationRequests requests;
    private final AuthorizationAnswers answers;
    private final Browsers browsers;
    private final ClientStore clients;
    private final Grants grants;
    private final Accounts accounts;
    private final Pages pages;
    private final InstantSource clock;

    /// What accounts do for this.
    record Accounts(SignIns signIns, Users users) {}

    AuthorizationRoutes(
            Provider provider,
            AuthorizationAnswers answers,
            Browsers browsers,
            ClientStore clients,
            Grants grants,
            Accounts accounts) {
        this.provider = provider;
        this.requests = new AuthorizationRequests(clients::find);
        this.answers = answers;
        this.browsers = browsers;
        this.clients = clients;
        this.grants = grants;
        this.accounts = accounts;
        this.pages = provider.pages();
        this.clock = provider.clock();
    }

    /// Begins what a client asks for.
    Answer authorize(Call call) {
        App app = provider.app(call);
        ObjectNode said = call.operation().method() == Method.GET ? call.parameters() : call.body();
        return switch (requests.read(app, said)) {
            case Read.Unknown(String problem) -> problem(app, call, problem);
            case Read.Refused(var to, var error) -> answers.error(app, call, to, error);
            case Read.Valid(Asked asked) -> begin(app, call, asked);
        };
    }

    private Answer begin(App app, Call call, Asked asked) {
        Optional<Browser> known = browsers.find(app, call);
        Optional<LogIn> logIn =
                known.flatMap(Browser::logIn)
                        .filter(each -> isFresh(app, asked, each))
                        .filter(each -> isHinted(app, asked, each));
        if (logIn.isPresent()) {
            return proceed(app, call, asked, known.get());
        }
        if (asked.prompts(Prompt.Type.NONE)) {
            return answers.error(app, call, asked.to(), OIDCError.LOGIN_REQUIRED);
        }
        Browser browser = known.orElseGet(Browser::stranger);
        return browsers.keep(app, call, logInPage(app, call, asked, browser, ""), browser);
    }

    private boolean isFresh(App app, Asked asked, LogIn logIn) {
        Instant now = clock.instant();
        return !asked.prompts(Prompt.Type.LOGIN)
                && !asked.prompts(Prompt.Type.SELECT_ACCOUNT)
                && now.isBefore(logIn.at().plus(provider.settings(app).lengths().logIn()))
                && asked.maxAge().filter(age -> !now.isBefore(logIn.at().plus(age))).isEmpty();
    }

    /// Whether this is the user whom the client expects, if it expects one.
    private boolean isHinted(App app, Asked asked, LogIn logIn) {
        return asked.text("id_token_hint")
                .map(hint ->
                        provider.jwts()
                                .verifyHint(app, hint)
                                .filter(each -> each.clientId().equals(asked.client().id()))
                                .map(each ->
                                        each.subject()
                                                .equals(
                                                        provider.subject(
                                                                app,
                                                                asked.client(),
                                                                logIn.userId())))
                                .orElse(false))
                .orElse(true);
    }

    /// Takes the form of the log-in page.
    Answer logIn(Call call) {
        App app = provider.app(call);
        Optional<Browser> browser = browsers.find(app, call);
        String sent = call.body().path("ticket").asString("");
        Optional<Ticket> ticket =
                browser.flatMap(each ->
                        browsers.ticket(app, each, LOG_IN, sent, clock.instant())
                                .or(() ->
                                        browsers.ticket(app, each, FACTOR, sent, clock.instant())));
        if (ticket.isEmpty()) {
            return problem(app, call, "form-expired");
        }
        return switch (requests.read(app, ticket.get().request())) {
            case Read.Unknown(String problem) -> problem(app, call, problem);
            case Read.Refused(var to, var error) -> answers.error(app, call, to, error);
            case Read.Valid(Asked asked) ->
                    ticket.get().purpose().equals(FACTOR)
                            ? withFactor(app, call, asked, browser.get(), ticket.get())
                            : withPassword(app, call, asked, browser.get());
        };
    }

    private Answer withPassword(App app, Call call, Asked asked, Browser browser) {
        var page = new AppCall(app, call, Json.object());
        ObjectNode user;
        try {
            user =
                    accounts.signIns()
                            .withPassword(
                                    page,
                                    call.body().path("username").asString(""),
                                    call.body().path("password").asString(""));
        } catch (RialtoException refused) {
            return refused(app, call, asked, browser, refused);
        }
        try {
            return admitted(app, call, asked, accounts.signIns().admit(page, user, "password"));
        } catch (RialtoException refused) {
            return isMissingFactor(refused)
                    ? factorPage(app, call, asked, browser, id(user), askedForCode(page, user))
                    : refused(app, call, asked, browser, refused);
        }
    }

    /// Has a code sent to users who have set up a phone. Others know their codes.
    ///
    /// @return why none can be sent; empty when there is nothing to say
    private String askedForCode(AppCall page, ObjectNode user) {
        try {
            accounts.signIns()
                    .admit(
                            AppCall.withFactor(page.app(), page.page(), "request"),
                            user,
                            "password");
        } catch (RialtoException refused) {
            return refused.code() == ErrorCode.SCRIPT_FAILED ? "" : refused.getMessage();
        }
        return "";
    }

    private Answer withFactor(App app, Call call, Asked asked, Browser browser, Ticket ticket) {
        String userId = ticket.userId().orElse("");
        Optional<ObjectNode> user = accounts.users().find(app, userId);
        if (user.isEmpty()) {
            return problem(app, call, "form-expired");
        }
        String code = call.body().path("code").asString("").strip();
        try {
            return admitted(
                    app,
                    call,
                    asked,
                    accounts.signIns()
                            .admit(AppCall.withFactor(app, call, code), user.get(), "password"));
        } catch (RialtoException refused) {
            if (refused.code().kind() == ErrorCode.Kind.SERVER) {
                throw refused;
            }
            return factorPage(app, call, asked, browser, userId, refused.getMessage());
        }
    }

    private static boolean isMissingFactor(RialtoException refused) {
        return refused.getMessage().startsWith(MISSING_FACTOR);
    }

    private Answer refused(
            App app, Call call, Asked asked, Browser browser, RialtoException refused) {
        return switch (refused.code()) {
            case OBJECT_NOT_FOUND, USERNAME_MISSING, PASSWORD_MISSING ->
                    logInPage(
                            app,
                            call,
                            asked,
                            browser,
                            refused.getMessage().startsWith("Invalid username")
                                            || refused.code() != ErrorCode.OBJECT_NOT_FOUND
                                    ? WRONG
                                    : refused.getMessage());
            default -> {
                if (refused.code().kind() == ErrorCode.Kind.SERVER) {
                    throw refused;
                }
                yield logInPage(app, call, asked, browser, refused.getMessage());
            }
        };
    }

    /// Goes on with a user who has just logged in, in what is a new browser to forms.
    private Answer admitted(App app, Call call, Asked asked, ObjectNode user) {
        Browser browser =
                Browser.of(
                        new LogIn(
                                Tokens.random(),
                                id(user),
                                user.path("sessionToken").asString(""),
                                clock.instant()));
        return browsers.keep(app, call, proceed(app, call, asked, browser), browser);
    }

    private static String id(ObjectNode user) {
        return user.path("objectId").asString("");
    }

    /// Asks for consent, if that is needed, and then sends the code.
    private Answer proceed(App app, Call call, Asked asked, Browser browser) {
        LogIn logIn = browser.logIn().orElseThrow();
        if (!needsConsent(app, asked, logIn)) {
            return send(app, call, asked, logIn);
        }
        return asked.prompts(Prompt.Type.NONE)
                ? answers.error(app, call, asked.to(), OIDCError.CONSENT_REQUIRED)
                : consentPage(app, call, asked, browser, logIn);
    }

    /// A program that can't prove who it is, at an address that any program can have, needs consent
    /// every time: it may be another one than before.
    private boolean needsConsent(App app, Asked asked, LogIn logIn) {
        Client client = asked.client();
        if (asked.prompts(Prompt.Type.CONSENT)) {
            return true;
        }
        if (client.isPublic() && !RedirectUris.isExclusive(asked.to().redirectUri().toString())) {
            return true;
        }
        return !client.metadata().isTrusted()
                && !clients.consent(app, logIn.userId(), client.id()).containsAll(asked.scopes());
    }

    private Answer send(App app, Call call, Asked asked, LogIn logIn) {
        String code =
                grants.code(
                        app,
                        asked.client().id(),
                        logIn.userId(),
                        new Grants.Details(
                                asked.to().redirectUri().toString(),
                                asked.challenge(),
                                asked.nonce(),
                                asked.scopes(),
                                logIn.id(),
                                logIn.sessionToken(),
                                logIn.at()));
        return answers.code(app, call, asked.to(), code);
    }

    /// Takes the form of the consent page.
    Answer consent(Call call) {
        App app = provider.app(call);
        Optional<Browser> browser =
                browsers.find(app, call).filter(each -> each.logIn().isPresent());
        String sent = call.body().path("ticket").asString("");
        Optional<Ticket> ticket =
                browser.flatMap(each -> browsers.ticket(app, each, CONSENT, sent, clock.instant()));
        if (ticket.isEmpty()) {
            return problem(app, call, "form-expired");
        }
        return switch (requests.read(app, ticket.get().request())) {
            case Read.Unknown(String problem) -> problem(app, call, problem);
            case Read.Refused(var to, var error) -> answers.error(app, call, to, error);
            case Read.Valid(Asked asked) -> decided(app, call, asked, browser.get());
        };
    }

    private Answer decided(App app, Call call, Asked asked, Browser browser) {
        LogIn logIn = browser.logIn().orElseThrow();
        return switch (call.body().path("decision").asString("")) {
            case "allow" -> {
                Set<String> all = new TreeSet<>(asked.scopes());
                all.addAll(clients.consent(app, logIn.userId(), asked.client().id()));
                clients.remember(app, logIn.userId(), asked.client().id(), all, clock.instant());
                yield send(app, call, asked, logIn);
            }
            case "switch" -> logInPage(app, call, asked, browser, "");
            default -> answers.error(app, call, asked.to(), OAuth2Error.ACCESS_DENIED);
        };
    }

    private Answer logInPage(App app, Call call, Asked asked, Browser browser, String error) {
        String name =
                asked.text("login_hint")
                        .or(() -> Optional.ofNullable(call.body().path("username").asString(null)))
                        .orElse("");
        return show(
                app,
                call,
                asked,
                page("login", error)
                        .with("ticket", ticket(app, browser, LOG_IN, asked, Optional.empty()))
                        .with("username", name)
                        .with("action", provider.issuer(app) + "/login"));
    }

    private Answer factorPage(
            App app, Call call, Asked asked, Browser browser, String userId, String error) {
        return show(
                app,
                call,
                asked,
                page("factor", error)
                        .with("ticket", ticket(app, browser, FACTOR, asked, Optional.of(userId)))
                        .with("action", provider.issuer(app) + "/login"));
    }

    private Answer consentPage(App app, Call call, Asked asked, Browser browser, LogIn logIn) {
        List<Map<String, Object>> wanted =
                Scopes.ALL.stream()
                        .filter(asked.scopes()::contains)
                        .map(each -> Map.<String, Object>of(each, true))
                        .toList();
        String name =
                accounts.users()
                        .find(app, logIn.userId())
                        .map(user -> user.path("username").asString(""))
                        .orElse("");
        return show(
                app,
                call,
                asked,
                page("consent", "")
                        .with("ticket", ticket(app, browser, CONSENT, asked, Optional.empty()))
                        .with("user", name)
                        .with("scopes", wanted)
                        .with("action", provider.issuer(app) + "/consent"));
    }

    private static Page page(String name, String error) {
        Page page = Page.of(AuthorizationRoutes.class, name);
        if (error.isEmpty()) {
            return page;
        }
        return (error.equals(WRONG) ? page.with(WRONG, true) : page.with("error", error))
                .status(400);
    }

    private String ticket(
            App app, Browser browser, String purpose, Asked asked, Optional<String> userId) {
        Duration length = purpose.equals(FACTOR) ? FACTOR_LENGTH : FORM_LENGTH;
        return browsers.ticket(
                app,
                browser,
                new Ticket(purpose, asked.said(), clock.instant().plus(length), userId));
    }

    /// Browsers ask where a form may lead to of each redirect that follows it, too.
    private Answer show(App app, Call call, Asked asked, Page page) {
        return pages.show(
                app,
                call,
                page.with("client", asked.client().metadata().name())
                        .formTarget(RedirectUris.origin(asked.to().redirectUri().toString())));
    }

    private Answer problem(App app, Call call, String problem) {
        return pages.show(
                app,
                call,
                Page.of(AuthorizationRoutes.class, "problem").status(400).with(problem, true));
    }
}
