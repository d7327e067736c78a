package dev.rialto.openid;

import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SecretBox;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What browsers keep for the server, sealed: a cookie that says who has logged in, and tickets in
/// forms. No node has to remember anything, and nobody can change or read what they hold.
///
/// The cookie holds the token of a session, so that a log-in ends when the user's sessions end. A
/// ticket is bound to the cookie by a random text that both hold: a form that another site sends,
/// or one that was made for another browser, is refused.
final class Browsers {
    private static final int MAX_COOKIE = 4_000;
    private static final int MAX_TICKET = 20_000;

    private final SecretBox secrets;
    private final UserSessions sessions;

    Browsers(SecretBox secrets, UserSessions sessions) {
        this.secrets = secrets;
        this.sessions = sessions;
    }

    /// A user who has logged in in a browser.
    ///
    /// @param id names this log-in to clients
    record LogIn(String id, String userId, String sessionToken, Instant at) {
        @Override
        public String toString() {
            return "log-in of " + userId;
        }
    }

    /// A browser.
    ///
    /// @param nonce binds forms to it
    record Browser(String nonce, Optional<LogIn> logIn) {
        static Browser stranger() {
            return new Browser(Tokens.random(), Optional.empty());
        }

        /// The same browser once a user has logged in. A form from before is not good any more.
        static Browser of(LogIn logIn) {
            return new Browser(Tokens.random(), Optional.of(logIn));
        }

        @Override
        public String toString() {
            return "browser";
        }
    }

    /// The browser that a request comes from, if it has been here. A log-in whose session has ended
    /// is none.
    Optional<Browser> find(App app, Call call) {
        String name = name(app, call) + "=";
        return call.header("Cookie").stream()
                .filter(header -> header.length() <= 2 * MAX_COOKIE)
                .flatMap(header -> Stream.of(header.split(";")))
                .map(String::strip)
                .filter(each -> each.startsWith(name))
                .findFirst()
                .flatMap(each -> open(each.substring(name.length()), cookiePurpose(app)))
                .map(json -> browser(app, json));
    }

    private Browser browser(App app, JsonNode json) {
        String token = json.path("session").asString("");
        Optional<LogIn> logIn =
                token.isEmpty()
                        ? Optional.empty()
                        : userOf(app, token)
                                .map(userId ->
                                        new LogIn(
                                                json.path("id").asString(""),
                                                userId,
                                                token,
                                                Instant.ofEpochSecond(json.path("at").asLong(0))));
        return new Browser(json.path("nonce").asString(""), logIn);
    }

    private Optional<String> userOf(App app, String sessionToken) {
        try {
            return Optional.of(sessions.authenticator().authenticate(app, sessionToken).id());
        } catch (RialtoException over) {
            if (over.code() == ErrorCode.INVALID_SESSION_TOKEN) {
                return Optional.empty();
            }
            throw over;
        }
    }

    /// Lets a browser keep who it is. By https no other host can set the cookie, not even one of
    /// the same domain.
    Answer keep(App app, Call call, Answer answer, Browser browser) {
        ObjectNode json = Json.object().put("nonce", browser.nonce());
        browser.logIn()
                .ifPresent(logIn ->
                        json.put("id", logIn.id())
                                .put("session", logIn.sessionToken())
                                .put("at", logIn.at().getEpochSecond()));
        return answer.withHeader(
                "Set-Cookie",
                name(app, call)
                        + "="
                        + seal(json, cookiePurpose(app))
                        + (isSecure(call) ? "; Path=/; Secure" : "; Path=" + path(app, call))
                        + "; HttpOnly; SameSite=Lax");
    }

    private static String name(App app, Call call) {
        return (isSecure(call) ? "__Host-" : "")
                + "rialto-openid-"
                + Tokens.hash(app.id()).substring(0, 12);
    }

    private static boolean isSecure(Call call) {
        return call.publicUrl().startsWith("https:");
    }

    private static String path(App app, Call call) {
        String url = call.publicUrl();
        int start = url.indexOf('/', url.indexOf("://") + 3);
        return (start < 0 ? "" : url.substring(start)) + "/apps/" + app.id() + "/openid";
    }

    /// What a form brings back.
    ///
    /// @param purpose the form that it belongs to
    /// @param request the parameters of the request that the form is about
    /// @param userId the user whose password was right, where a second factor is asked for
    record Ticket(String purpose, ObjectNode request, Instant expiresAt, Optional<String> userId) {
        @Override
        public String toString() {
            return "ticket for " + purpose;
        }
    }

    String ticket(App app, Browser browser, Ticket ticket) {
        ObjectNode json = Json.object();
        json.set("request", ticket.request());
        json.put("expires", ticket.expiresAt().getEpochSecond());
        ticket.userId().ifPresent(id -> json.put("user", id));
        return seal(json, ticketPurpose(app, ticket.purpose(), browser.nonce()));
    }

    /// The ticket of a form, if it is good and was made for this browser and this form.
    Optional<Ticket> ticket(App app, Browser browser, String purpose, String sent, Instant now) {
        if (sent.length() > MAX_TICKET) {
            return Optional.empty();
        }
        return open(sent, ticketPurpose(app, purpose, browser.nonce()))
                .filter(json -> json.path("request").isObject())
                .map(json ->
                        new Ticket(
                                purpose,
                                (ObjectNode) json.path("request"),
                                Instant.ofEpochSecond(json.path("expires").asLong(0)),
                                Optional.ofNullable(json.path("user").asString(null))))
                .filter(ticket -> now.isBefore(ticket.expiresAt()));
    }

    private String seal(ObjectNode json, String purpose) {
        return Tokens.base64(secrets.seal(Json.write(json), purpose));
    }

    private Optional<JsonNode> open(String sealed, String purpose) {
        try {
            byte[] bytes =
                    Base64.getUrlDecoder().decode(sealed.getBytes(StandardCharsets.ISO_8859_1));
            return secrets.open(bytes, purpose).map(Json::read);
        } catch (IllegalArgumentException | JacksonException _) {
            return Optional.empty();
        }
    }

    private static String cookiePurpose(App app) {
        return "openid cookie of " + app.schema();
    }

    private static String ticketPurpose(App app, String form, String nonce) {
        return "openid form " + form + " of " + app.schema() + " in " + nonce;
    }
}
