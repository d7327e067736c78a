package dev.rialto.openid;

import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.openid.Browsers.Browser;
import dev.rialto.openid.Browsers.LogIn;
import dev.rialto.openid.Browsers.Ticket;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Logs users out when clients send them, by OpenID Connect RP-Initiated Logout. A client that
/// proves by an ID token that it knows who is logged in is believed; otherwise the user is asked.
final class LogoutRoutes {
    private static final String LOG_OUT = "logout";
    private static final List<String> KEPT =
            List.of("id_token_hint", "client_id", "post_logout_redirect_uri", "state");
    private static final Duration FORM_LENGTH = Duration.ofHours(1);

    private final Provider provider;
    private final Browsers browsers;
    private final Grants grants;
    private final UserSessions sessions;
    private final Pages pages;

    LogoutRoutes(Provider provider, Browsers browsers, Grants grants, UserSessions sessions) {
        this.provider = provider;
        this.browsers = browsers;
        this.grants = grants;
        this.sessions = sessions;
        this.pages = provider.pages();
    }

    Answer logOut(Call call) {
        App app = provider.app(call);
        ObjectNode said =
                call.operation().method() == Operation.Method.GET ? call.parameters() : call.body();
        Optional<Browser> browser = browsers.find(app, call);
        Optional<LogIn> logIn = browser.flatMap(Browser::logIn);
        if (said.has("ticket")) {
            return confirmed(app, call, browser, said.path("ticket").asString(""));
        }
        Optional<Jwts.Hint> hint = hint(app, said);
        if (logIn.isPresent()
                && hint.filter(each -> each.loginId().equals(logIn.get().id())).isEmpty()) {
            return ask(app, call, browser.get(), said);
        }
        return end(app, call, logIn, hint, said);
    }

    private Answer confirmed(App app, Call call, Optional<Browser> browser, String sent) {
        Optional<Ticket> ticket =
                browser.flatMap(each ->
                        browsers.ticket(app, each, LOG_OUT, sent, provider.clock().instant()));
        if (ticket.isEmpty()) {
            return pages.show(
                    app,
                    call,
                    Page.of(LogoutRoutes.class, "problem").status(400).with("form-expired", true));
        }
        ObjectNode said = ticket.get().request();
        return end(app, call, browser.get().logIn(), hint(app, said), said);
    }

    private Answer ask(App app, Call call, Browser browser, ObjectNode said) {
        ObjectNode kept = Json.object();
        for (String name : KEPT) {
            if (said.path(name).isString()) {
                kept.set(name, said.path(name));
            }
        }
        var ticket =
                new Ticket(
                        LOG_OUT,
                        kept,
                        provider.clock().instant().plus(FORM_LENGTH),
                        Optional.empty());
        Page page =
                Page.of(LogoutRoutes.class, "logout")
                        .with("ticket", browsers.ticket(app, browser, ticket))
                        .with("action", provider.issuer(app) + "/logout");
        Optional<URI> target = target(app, hint(app, said), said);
        return pages.show(
                app,
                call,
                target.map(uri -> page.formTarget(RedirectUris.origin(uri.toString())))
                        .orElse(page));
    }

    private Optional<Jwts.Hint> hint(App app, ObjectNode said) {
        return provider.jwts().verifyHint(app, said.path("id_token_hint").asString(""));
    }

    private Answer end(
            App app, Call call, Optional<LogIn> logIn, Optional<Jwts.Hint> hint, ObjectNode said) {
        logIn.ifPresent(each -> {
            grants.endLogIn(app, each.id());
            sessions.end(app, each.sessionToken());
        });
        Answer answer =
                target(app, hint, said)
                        .map(AuthorizationAnswers::redirect)
                        .orElseGet(() ->
                                pages.show(app, call, Page.of(LogoutRoutes.class, "logged-out")));
        return browsers.keep(app, call, answer, Browser.stranger());
    }

    /// Where the client wants the browser back, if that is registered for it.
    private Optional<URI> target(App app, Optional<Jwts.Hint> hint, ObjectNode said) {
        String wanted = said.path("post_logout_redirect_uri").asString("");
        String clientId = said.path("client_id").asString("");
        if (hint.isPresent() && !clientId.isEmpty() && !clientId.equals(hint.get().clientId())) {
            return Optional.empty();
        }
        String state = said.path("state").asString("");
        return provider.clients()
                .find(app, hint.map(Jwts.Hint::clientId).orElse(clientId))
                .filter(client -> RedirectUris.isRegistered(wanted, client.metadata().logoutUris()))
                .map(_ -> state.isBlank() ? URI.create(wanted) : withState(wanted, state));
    }

    private static URI withState(String target, String state) {
        String query = URLEncoder.encode(state, StandardCharsets.UTF_8);
        return URI.create(target + (target.indexOf('?') < 0 ? "?" : "&") + "state=" + query);
    }
}
