package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// A client of an app's OpenID provider, and the browser of a user.
final class RelyingParty {
    static final String REDIRECT = "https://rp.example.com/callback";
    private static final Pattern TICKET = Pattern.compile("name=\"ticket\" value=\"([^\"]*)\"");

    private final TestServer server;
    private final String appId;
    private final String id;
    private final Optional<String> secret;

    private RelyingParty(TestServer server, String appId, Reply registered) {
        assertThat(registered.status()).as(registered.toString()).isEqualTo(201);
        this.server = server;
        this.appId = appId;
        this.id = registered.text("id");
        this.secret = Optional.of(registered.text("secret")).filter(each -> !each.isEmpty());
    }

    /// Registers a client.
    ///
    /// @param owner holds the master key of the app
    /// @param more fields of the registration, as JSON without braces
    static RelyingParty register(TestServer server, Sender owner, String appId, String more) {
        String body = "{\"name\": \"RP\", \"redirectUris\": [\"" + REDIRECT + "\"]" + more + "}";
        return new RelyingParty(server, appId, server.post(owner, "/openid/clients", body));
    }

    String id() {
        return id;
    }

    String path(String below) {
        return "/apps/" + appId + "/openid" + below;
    }

    /// What a browser holds.
    static final class Browser {
        private String cookie = "";

        private Sender sender() {
            return cookie.isEmpty() ? new Sender(Map.of()) : new Sender(Map.of("Cookie", cookie));
        }

        private Reply keep(Reply reply) {
            reply.headers()
                    .firstValue("Set-Cookie")
                    .ifPresent(each -> cookie = each.split(";", 2)[0]);
            return reply;
        }
    }

    /// A code and the verifier that it is exchanged by.
    record Code(String code, CodeVerifier verifier) {}

    Reply open(Browser browser, Map<String, String> more) {
        return open(browser, new CodeVerifier(), more);
    }

    private Reply open(Browser browser, CodeVerifier verifier, Map<String, String> more) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", id);
        parameters.put("redirect_uri", REDIRECT);
        parameters.put("state", "s");
        parameters.put(
                "code_challenge",
                CodeChallenge.compute(CodeChallengeMethod.S256, verifier).getValue());
        parameters.put("code_challenge_method", "S256");
        parameters.putAll(more);
        parameters.values().removeIf(String::isEmpty);
        String query =
                parameters.entrySet().stream()
                        .map(each ->
                                each.getKey()
                                        + "="
                                        + URLEncoder.encode(
                                                each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return browser.keep(server.get(browser.sender(), path("/authorize?" + query)));
    }

    static String ticket(Reply page) {
        Matcher found = TICKET.matcher(page.text("text"));
        assertThat(found.find()).as(page.toString()).isTrue();
        return found.group(1).replace("&#x3D;", "=");
    }

    Reply submit(Browser browser, String form, String ticket, String... fields) {
        ObjectNode body = Json.object().put("ticket", ticket);
        for (int i = 0; i < fields.length; i += 2) {
            body.put(fields[i], fields[i + 1]);
        }
        return browser.keep(server.post(browser.sender(), path(form), Json.write(body)));
    }

    Reply logIn(Browser browser, Reply page, String name) {
        return submit(
                browser, "/login", ticket(page), "username", name, "password", "secret of " + name);
    }

    /// Signs a user in as far as the code.
    Code code(Browser browser, String name, String scope) {
        var verifier = new CodeVerifier();
        Reply answer = open(browser, verifier, Map.of("scope", scope));
        if (answer.text("text").contains("name=\"password\"")) {
            answer = logIn(browser, answer, name);
        }
        if (answer.text("text").contains("value=\"allow\"")) {
            answer = submit(browser, "/consent", ticket(answer), "decision", "allow");
        }
        return new Code(Objects.requireNonNull(parameters(answer).get("code")), verifier);
    }

    /// What an answer sends to the client.
    static Map<String, String> parameters(Reply answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(303);
        URI target = URI.create(answer.headers().firstValue("Location").orElseThrow());
        assertThat(target.toString()).startsWith(REDIRECT + "?");
        return Arrays.stream(target.getQuery().split("&"))
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    }

    Reply exchange(Code code) {
        return exchange(code.code(), REDIRECT, code.verifier().getValue());
    }

    Reply exchange(String code, String redirect, String verifier) {
        return token(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                redirect,
                "code_verifier",
                verifier);
    }

    Reply refresh(String token) {
        return token("grant_type", "refresh_token", "refresh_token", token);
    }

    Reply token(String... fields) {
        return ask("/token", fields);
    }

    Reply ask(String address, String... fields) {
        ObjectNode body = Json.object().put("client_id", id);
        secret.ifPresent(each -> body.put("client_secret", each));
        for (int i = 0; i < fields.length; i += 2) {
            body.put(fields[i], fields[i + 1]);
        }
        return server.post(new Sender(Map.of()), path(address), Json.write(body));
    }

    /// Signs a user in with a browser of its own.
    ///
    /// @return the tokens
    Reply tokens(String name, String scope) {
        Reply tokens = exchange(code(new Browser(), name, scope));
        assertThat(tokens.status()).as(tokens.toString()).isEqualTo(200);
        return tokens;
    }

    Reply userInfo(String accessToken) {
        return server.get(
                new Sender(Map.of("Authorization", "Bearer " + accessToken)), path("/userinfo"));
    }
}
