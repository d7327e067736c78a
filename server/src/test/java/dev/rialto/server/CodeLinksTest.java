package dev.rialto.server;

import static dev.rialto.server.CodesServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Links that log in, captchas before codes, and what the owner of an app may set.
final class CodeLinksTest {
    private static final String APP = TestServer.APP;
    private static final String OTHER = TestServer.OTHER_APP;
    private static final int WRONG_CODE = 101;
    private static final int TOO_MANY = 155;
    private static final int INVALID = 162;
    private static final int CAPTCHA = 1428;

    private static CodesServer codes;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        codes =
                new CodesServer(
                        Map.of(
                                "http.trusted-proxies", "127.0.0.1",
                                "codes.sms-countries", "DE,US",
                                "codes.captcha-difficulty", "500",
                                "codes.magic-link-urls",
                                        "https://shop.example/in,https://shop.example/other?x=1"));
        server = codes.server;
        codes.set(OTHER, Map.of("codes.sign-up", true));
    }

    @AfterAll
    static void stop() {
        codes.close();
    }

    private static String mailOf(String name) {
        server.signUp(name);
        return name + "@example.com";
    }

    @Test
    void logsInByLinkOnceAButtonIsPressed() {
        String mail = mailOf("linked");
        Sender client = codes.client();
        codes.ask(
                client,
                """
                {"email": "%s", "link": true, "url": "https://shop.example/other?x=1",
                 "state": "a b"}
                """
                        .formatted(mail));
        String page = "/apps/first/magic-link";
        String token = codes.token(APP, mail);
        for (int scan = 0; scan < 2; scan++) {
            Reply shown = server.get(client, page + "?token=" + token);
            assertThat(shown.status()).isEqualTo(200);
            assertThat(shown.text("text")).contains("<button>").doesNotContain("sessionToken");
            assertThat(shown.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("https://shop.example");
        }
        String pressed = "{\"token\": \"" + token + "\"}";
        assertThat(server.post(client, "/apps/second/magic-link", pressed).status()).isEqualTo(400);
        Reply gone = server.post(client, page, pressed);
        assertThat(gone.status()).isEqualTo(303);
        String location = gone.headers().firstValue("Location").orElseThrow();
        assertThat(location)
                .startsWith("https://shop.example/other?x=1&code=")
                .endsWith("&state=a+b");
        assertThat(server.post(client, page, pressed).status()).isEqualTo(400);

        String code = URI.create(location).getQuery().replaceAll(".*code=([0-9a-f]+).*", "$1");
        String exchange = "{\"code\": \"" + code + "\"}";
        assertThat(server.post(codes.client(OTHER), "/login/link", exchange).code())
                .isEqualTo(WRONG_CODE);
        Reply in = server.post(client, "/login/link", exchange);
        assertThat(
                        server.get(Sender.client().session(in.text("sessionToken")), "/users/me")
                                .text("username"))
                .isEqualTo("linked");
        assertThat(server.post(client, "/login/link", exchange).code()).isEqualTo(WRONG_CODE);
    }

    @Test
    void showsACodeWhereNoUrlIsSet() {
        codes.set(OTHER, Map.of("codes.magic-link-urls", ""));
        String mail = "typed@example.com";
        Sender client = codes.client(OTHER);
        codes.ask(client, "{\"email\": \"" + mail + "\", \"link\": true}");
        Reply shown =
                server.post(
                        client,
                        "/apps/second/magic-link",
                        "{\"token\": \"" + codes.token(OTHER, mail) + "\"}");
        String code = shown.text("text").replaceAll("(?s).*<strong>(\\d{6})</strong>.*", "$1");
        Reply in = codes.logIn(client, "email", mail, code);
        assertThat(in.status()).as(in.toString()).isEqualTo(200);
        assertThat(in.text("email")).isEqualTo(mail);
    }

    @Test
    void asksForCaptchasWhenLimitsComeNear() {
        String mail = mailOf("often");
        Sender client = codes.client();
        for (int i = 0; i < 3; i++) {
            assertThat(codes.ask(client, body("email", mail)).status()).isEqualTo(200);
        }
        assertThat(codes.ask(client, body("email", mail)).code()).isEqualTo(CAPTCHA);
        ObjectNode challenge = challenge(client, "/captcha/challenge");
        String solution = CodesServer.solve(challenge);
        List<String> wrong =
                List.of(
                        "",
                        "not base64",
                        changed(solution, "number", Json.nodes().numberNode(-1)),
                        changed(solution, "algorithm", Json.nodes().stringNode("SHA-1")),
                        changed(solution, "signature", Json.nodes().stringNode("00")),
                        spliced(solution),
                        CodesServer.solve(
                                challenge(codes.client(OTHER), "/apps/second/captcha/challenge")));
        for (String each : wrong) {
            assertThat(codes.ask(client, withCaptcha(mail, each)).code())
                    .as(each)
                    .isEqualTo(CAPTCHA);
        }
        assertThat(codes.ask(client, withCaptcha(mail, solution)).status()).isEqualTo(200);
        assertThat(codes.ask(client, withCaptcha(mail, solution)).code()).isEqualTo(CAPTCHA);
        Reply last =
                codes.ask(
                        client,
                        withCaptcha(
                                mail,
                                CodesServer.solve(
                                        challenge(client, "/apps/first/captcha/challenge"))));
        assertThat(last.status()).isEqualTo(200);
        Reply over = codes.ask(client, withCaptcha(mail, solution));
        assertThat(over.code()).isEqualTo(TOO_MANY);
        assertThat(over.text("error"))
                .contains("codes to this address")
                .contains("try again after");
    }

    private static ObjectNode challenge(Sender client, String path) {
        Reply reply = server.get(client, path);
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return (ObjectNode) reply.body();
    }

    private static String withCaptcha(String mail, String solution) {
        return Json.write(Json.object().put("email", mail).put("captcha", solution));
    }

    private static String changed(String solution, String field, JsonNode value) {
        ObjectNode payload = (ObjectNode) Json.read(Base64.getDecoder().decode(solution));
        payload.set(field, value);
        return CodesServer.encoded(payload);
    }

    /// Moves a digit of the number into the time at which the captcha expires.
    private static String spliced(String solution) {
        ObjectNode payload = (ObjectNode) Json.read(Base64.getDecoder().decode(solution));
        String number = payload.path("number").asString("");
        String salt = payload.path("salt").asString("");
        payload.put("salt", salt.substring(0, salt.length() - 1) + number.charAt(0) + "&");
        payload.put(
                "number",
                Optional.of(number.substring(1))
                        .filter(n -> !n.isEmpty())
                        .map(Integer::parseInt)
                        .orElse(0));
        return CodesServer.encoded(payload);
    }

    @Test
    void letsOwnersLowerLimitsOnly() {
        Reply raised =
                server.put(
                        Sender.master(),
                        "/settings",
                        "{\"settings\": {\"codes.sms-per-app\": \"101\"}}");
        assertThat(raised.code()).as(raised.toString()).isEqualTo(INVALID);
        Reply abroad =
                server.put(
                        Sender.master(),
                        "/settings",
                        "{\"settings\": {\"codes.sms-countries\": \"DE,JM\"}}");
        assertThat(abroad.code()).isEqualTo(INVALID);
        Reply everywhere =
                server.put(
                        Sender.master(),
                        "/settings",
                        "{\"settings\": {\"codes.sms-per-number\": \"1000\"}}");
        assertThat(everywhere.code()).isEqualTo(INVALID);
    }
}
