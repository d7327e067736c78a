package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignInByBrowserTest {
    private static final SignInServer WEB = new SignInServer();
    private static final TestServer SERVER = WEB.server;

    @AfterAll
    static void close() {
        WEB.close();
    }

    @Test
    void asksForTheSecondFactorBeforeACodeIsUsedUp() throws Exception {
        Reply user = WEB.exchange(Sender.client(), WEB.code("careful"), SignInServer.VERIFIER);
        Sender self = Sender.client().session(user.text("sessionToken"));
        String secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
        Reply enabled =
                SERVER.put(
                        self,
                        "/users/" + user.text("objectId"),
                        "{\"authData\": {\"mfa\": {\"secret\": \"%s\", \"token\": \"%s\"}}}"
                                .formatted(secret, totp(0)));
        assertThat(enabled.status()).as(enabled.toString()).isEqualTo(200);
        String code = WEB.code("careful");

        Reply asked = WEB.exchange(Sender.client(), code, SignInServer.VERIFIER);
        assertThat(asked.text("error")).isEqualTo("Missing additional authData mfa");
        Reply given =
                SERVER.post(
                        Sender.client(),
                        "/sign-in/exchange",
                        "{\"code\": \"%s\", \"verifier\": \"%s\", \"authData\": {\"mfa\": {\"token\": \"%s\"}}}"
                                .formatted(code, SignInServer.VERIFIER, totp(1)));
        assertThat(given.status()).as(given.toString()).isEqualTo(200);
        assertThat(given.text("objectId")).isEqualTo(user.text("objectId"));
    }

    /// A code of RFC 6238 for the secret above.
    ///
    /// @param ahead periods of 30 seconds, as each code works once
    private static String totp(int ahead) throws GeneralSecurityException {
        byte[] key = HexFormat.of().parseHex("48656c6c6f21deadbeef48656c6c6f21deadbeef");
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        long period = Instant.now().getEpochSecond() / 30 + ahead;
        byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(period).array());
        int number = ByteBuffer.wrap(hash).getInt(hash[19] & 0xF) & 0x7FFF_FFFF;
        return "%06d".formatted(number % 1_000_000);
    }

    @Test
    void givesASessionForACodeOnceUnderARace() throws Exception {
        String code = WEB.code("one");

        List<Reply> replies =
                SignInServer.atOnce(
                        10, _ -> WEB.exchange(Sender.client(), code, SignInServer.VERIFIER));

        assertThat(replies.stream().filter(each -> each.status() == 200)).hasSize(1);
        assertThat(replies.stream().filter(each -> each.code() == 101)).hasSize(9);
    }

    @Test
    void leadsABrowserToTheProviderAndBackToTheAppWithoutAToken() {
        Map<String, String> away =
                SignInServer.parameters(SignInServer.location(WEB.open(WEB.begin("&state=mine"))));
        assertThat(away)
                .containsEntry("client_id", "web")
                .containsEntry("code_challenge_method", "S256")
                .containsKeys("nonce", "state", "code_challenge");
        assertThat(away.getOrDefault("redirect_uri", "")).endsWith("/v1/sign-in/acme/callback");

        String back =
                SignInServer.location(WEB.open(WEB.callback(WEB.begin("&state=mine"), "browser")));
        assertThat(back).startsWith(SignInServer.REDIRECT + "&").doesNotContain("r:");
        assertThat(SignInServer.parameters(back)).containsEntry("state", "mine");
        Reply user =
                WEB.exchange(
                        Sender.client(),
                        SignInServer.parameters(back).getOrDefault("code", ""),
                        SignInServer.VERIFIER);

        assertThat(user.status()).as(user.toString()).isEqualTo(200);
        assertThat(user.text("sessionToken")).startsWith("r:");
        Reply same = SERVER.post(Sender.client(), "/users", WEB.authData("browser", ""));
        assertThat(same.text("objectId")).isEqualTo(user.text("objectId"));
    }

    /// An attacker who makes a victim's browser open the attacker's callback must not sign it in.
    @Test
    void rejectsACodeThatAnotherBrowserHasBegunFor() {
        String code = WEB.code("attacker");

        assertThat(WEB.exchange(Sender.client(), code, "w".repeat(43)).code()).isEqualTo(101);
        assertThat(WEB.exchange(Sender.client(), code, SignInServer.VERIFIER).code())
                .isEqualTo(101);
        assertThat(
                        WEB.exchange(
                                        SignInServer.other(),
                                        WEB.code("attacker"),
                                        SignInServer.VERIFIER)
                                .code())
                .isEqualTo(101);
    }

    @Test
    void takesEachStateOnceAndOnlyForItsProvider() {
        String callback = WEB.callback(WEB.begin(""), "s");
        String elsewhere = WEB.callback(WEB.begin(""), "s").replace("/acme/", "/other/");

        assertThat(WEB.open(callback).statusCode()).isEqualTo(303);
        for (String each : List.of(callback, elsewhere)) {
            HttpResponse<String> page = WEB.open(each);
            assertThat(page.statusCode()).isEqualTo(400);
            assertThat(page.body()).contains("<h1>Please sign in again</h1>");
        }
        assertThat(WEB.open("/sign-in/acme/callback?code=c&state=x").statusCode()).isEqualTo(400);
        assertThat(WEB.open("/sign-in/acme/callback").statusCode()).isEqualTo(400);
    }

    @Test
    void returnsToTheAppWithAnErrorWhenTheProviderRefuses() {
        Map<String, String> sent =
                SignInServer.parameters(SignInServer.location(WEB.open(WEB.begin(""))));
        String callback = sent.get("redirect_uri") + "?state=" + sent.get("state");
        assertThat(
                        SignInServer.parameters(
                                SignInServer.location(WEB.open(callback + "&error=access_denied"))))
                .containsEntry("error", "access_denied")
                .doesNotContainKey("code");

        Map<String, String> nonce =
                SignInServer.parameters(SignInServer.location(WEB.open(WEB.begin(""))));
        String code = WEB.issuer.code("another nonce", "eve");
        assertThat(
                        SignInServer.parameters(
                                SignInServer.location(
                                        WEB.open(
                                                nonce.get("redirect_uri")
                                                        + "?state="
                                                        + nonce.get("state")
                                                        + "&code="
                                                        + code))))
                .containsEntry("error", "sign_in_failed")
                .doesNotContainKey("code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sign-in/acme?app=first&redirect=https://evil.example/in&challenge=C",
                "/sign-in/acme?app=first&redirect=https://app.example/in&challenge=C",
                "/sign-in/acme?app=first&redirect=R",
                "/sign-in/acme?app=first&redirect=R&challenge=short",
                "/sign-in/acme?app=nobody&redirect=R&challenge=C",
                "/sign-in/acme?redirect=R&challenge=C",
                "/sign-in/google?app=first&redirect=R&challenge=C",
                "/sign-in/exchange?app=first&redirect=R&challenge=C"
            })
    void sendsNoBrowserAwayForBadRequests(String address) {
        HttpResponse<String> refused =
                WEB.open(
                        address.replace(
                                        "=R",
                                        "="
                                                + URLEncoder.encode(
                                                        SignInServer.REDIRECT,
                                                        StandardCharsets.UTF_8))
                                .replace(
                                        "=C", "=" + SignInServer.challenge(SignInServer.VERIFIER)));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void makesOneUserOfManyConcurrentExchangesForANewIdentity() throws Exception {
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            codes.add(WEB.code("hasty"));
        }

        List<Reply> replies =
                SignInServer.atOnce(
                        codes.size(),
                        i -> WEB.exchange(Sender.client(), codes.get(i), SignInServer.VERIFIER));

        assertThat(replies).allSatisfy(each -> assertThat(each.status()).isEqualTo(200));
        assertThat(SignInServer.ids(replies)).hasSize(1);
    }
}
