package dev.rialto.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.accounts.spi.AuthProvider.Identity;
import dev.rialto.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// What is sent to providers that have ways of their own, and what their answers, in the shapes of
/// their public documentation, are taken for.
class CodePresetsTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

    private final Vendor vendor = new Vendor();

    @AfterEach
    void close() {
        vendor.close();
    }

    private AppProviders providers(String name, String... more) {
        var lines = new String[more.length + 4];
        lines[0] = "providers = " + name;
        lines[1] = name + ".url = " + vendor.url();
        lines[2] = name + ".client-id = ours";
        lines[3] = name + ".client-secret = s3cret";
        for (int i = 0; i < more.length; i++) {
            lines[i + 4] = name + "." + more[i];
        }
        return Vendor.providers(() -> NOW, lines);
    }

    private static void refuses(AppProviders providers, String name, String claims, String why) {
        assertThatThrownBy(() -> Vendor.verify(providers, name, claims)).hasMessage(why);
    }

    @Test
    void facebookTellsWhichAppATokenIsFor() {
        vendor.on(
                "/debug_token",
                seen ->
                        "{\"data\": {\"app_id\": \"%s\", \"type\": \"USER\", \"is_valid\": %s, \"user_id\": \"77\"}}"
                                .formatted(
                                        seen.said("input_token"),
                                        !seen.said("input_token").equals("old")));
        vendor.on(
                "/oauth/access_token", "{\"access_token\": \"ours\", \"token_type\": \"bearer\"}");
        var facebook = providers("facebook");
        String body = "{\"id\": \"77\", \"access_token\": \"%s\"}";
        String why = "Facebook auth is invalid for this user.";

        assertThat(Vendor.verify(facebook, "facebook", body.formatted("ours")).id())
                .isEqualTo("77");
        assertThat(vendor.asked("/debug_token").getLast().parameters())
                .containsEntry("access_token", "ours|s3cret");
        assertThat(Vendor.verify(facebook, "facebook", "{\"code\": \"c\"}").id()).isEqualTo("77");
        refuses(facebook, "facebook", body.formatted("another-app"), why);
        refuses(facebook, "facebook", body.formatted("old"), why);
        refuses(facebook, "facebook", body.formatted("ours").replace("77", "78"), why);
        refuses(facebook, "facebook", "{\"id\": \"77\"}", "Facebook code is required.");
    }

    @Test
    void gitHubChecksATokenForTheAppThatAsks() {
        String shape =
                "{\"id\": 1, \"app\": {\"client_id\": \"%s\"}, \"user\": {\"id\": 583231, \"login\": \"octocat\"}}";
        vendor.on(
                "/applications/ours/token",
                seen -> {
                    String token = Json.read(seen.body()).path("access_token").asString("");
                    return switch (token) {
                        case "mine" -> shape.formatted("ours");
                        case "told" -> shape.formatted("another-app");
                        default -> "404 {\"message\": \"Not Found\"}";
                    };
                });
        vendor.on(
                "/login/oauth/access_token",
                seen ->
                        seen.said("code").equals("c")
                                ? "{\"access_token\": \"mine\", \"scope\": \"\", \"token_type\": \"bearer\"}"
                                : "{\"error\": \"bad_verification_code\"}");
        var gitHub = providers("github");
        String why = "GitHub auth is invalid for this user.";

        assertThat(
                        Vendor.verify(
                                        gitHub,
                                        "github",
                                        "{\"id\": 583231, \"access_token\": \"mine\"}")
                                .kept()
                                .toString())
                .isEqualTo("{\"id\":\"583231\"}");
        assertThat(vendor.seen.getLast().headers())
                .containsEntry("authorization", ProviderClient.basic("ours", "s3cret"));
        assertThat(Vendor.verify(gitHub, "github", "{\"code\": \"c\"}").id()).isEqualTo("583231");
        assertThat(vendor.asked("/login/oauth/access_token").getLast().parameters())
                .containsEntry("client_secret", "s3cret");
        refuses(gitHub, "github", "{\"id\": \"583231\", \"access_token\": \"another-app\"}", why);
        refuses(gitHub, "github", "{\"id\": \"583231\", \"access_token\": \"told\"}", why);
        refuses(gitHub, "github", "{\"id\": \"1\", \"access_token\": \"mine\"}", why);
        refuses(gitHub, "github", "{\"code\": \"used\"}", why);
        refuses(gitHub, "github", "{}", "GitHub code is required.");
        assertThat(Vendor.away(gitHub, "github")).contains("code_challenge=", "state=st");
    }

    @Test
    void weChatExchangesCodesAndRefusesTokens() {
        vendor.on(
                "/sns/oauth2/access_token",
                seen ->
                        seen.said("code").equals("c")
                                ? "{\"access_token\": \"T\", \"expires_in\": 7200, \"refresh_token\": \"R\", \"openid\": \"O1\", \"scope\": \"snsapi_login\"}"
                                : "{\"errcode\": 40029, \"errmsg\": \"invalid code\"}");
        var weChat = providers("wechat");

        assertThat(Vendor.verify(weChat, "wechat", "{\"code\": \"c\"}").kept().toString())
                .isEqualTo("{\"id\":\"O1\",\"openid\":\"O1\"}");
        assertThat(vendor.seen.getLast().parameters())
                .containsEntry("appid", "ours")
                .containsEntry("secret", "s3cret")
                .containsEntry("grant_type", "authorization_code");
        refuses(weChat, "wechat", "{\"code\": \"x\"}", "WeChat auth is invalid for this user.");
        refuses(
                weChat,
                "wechat",
                "{\"id\": \"O1\", \"access_token\": \"T\"}",
                "WeChat code is required.");
        assertThat(Vendor.away(weChat, "wechat"))
                .startsWith(vendor.url() + "/connect/qrconnect?")
                .contains("appid=ours", "scope=snsapi_login", "state=st")
                .endsWith("#wechat_redirect");
        assertThat(Vendor.away(providers("wechat", "scopes = snsapi_userinfo"), "wechat"))
                .startsWith(vendor.url() + "/connect/oauth2/authorize?");
    }

    @Test
    void weChatKnowsAUserOfWebsiteAppAndMiniProgramByUnionId() {
        vendor.on(
                "/sns/oauth2/access_token",
                seen ->
                        "{\"access_token\": \"T\", \"openid\": \"O-%s\"}"
                                .formatted(seen.said("secret")));
        vendor.on("/sns/userinfo", "{\"openid\": \"O\", \"nickname\": \"A\", \"unionid\": \"U1\"}");
        vendor.on(
                "/sns/jscode2session",
                seen ->
                        seen.said("js_code").equals("m")
                                ? "{\"openid\": \"O-mini\", \"session_key\": \"K\", \"unionid\": \"U1\"}"
                                : "{\"openid\": \"O-mini\", \"session_key\": \"K\"}");
        var weChat =
                Vendor.providers(
                        () -> NOW,
                        "providers = wechat",
                        "wechat.url = " + vendor.url(),
                        "wechat.client-id = web, app, mini",
                        "wechat.client-secret = s1, s2, s3",
                        "wechat.mini-programs = mini",
                        "wechat.union-id = true");

        assertThat(Vendor.verify(weChat, "wechat", "{\"code\": \"c\"}").id()).isEqualTo("U1");
        assertThat(
                        Vendor.verify(weChat, "wechat", "{\"code\": \"c\", \"client_id\": \"app\"}")
                                .kept()
                                .toString())
                .contains("\"id\":\"U1\"");
        assertThat(vendor.asked("/sns/oauth2/access_token").getLast().parameters())
                .containsEntry("appid", "app")
                .containsEntry("secret", "s2");
        Identity mini =
                Vendor.verify(weChat, "wechat", "{\"code\": \"m\", \"client_id\": \"mini\"}");
        assertThat(mini.id()).isEqualTo("U1");
        assertThat(mini.kept().toString()).contains("\"openid\":\"O-mini\"").doesNotContain("K");
        assertThat(vendor.asked("/sns/jscode2session").getLast().parameters())
                .containsEntry("secret", "s3");
        assertThatThrownBy(() ->
                        Vendor.verify(
                                weChat, "wechat", "{\"code\": \"x\", \"client_id\": \"mini\"}"))
                .hasMessageContaining("WeChat sent no unionid");
    }

    @Test
    void xExchangesCodesAndRefusesTokens() {
        vendor.on("/2/oauth2/token", "{\"access_token\": \"T\", \"token_type\": \"bearer\"}");
        vendor.on(
                "/2/users/me",
                seen ->
                        "Bearer T".equals(seen.headers().get("authorization"))
                                ? "{\"data\": {\"id\": \"12\", \"name\": \"A\", \"username\": \"a\"}}"
                                : "401 {}");
        var twitter = providers("twitter");

        assertThat(
                        Vendor.verify(
                                        twitter,
                                        "twitter",
                                        "{\"code\": \"c\", \"redirect_uri\": \"r\", \"code_verifier\": \"v\"}")
                                .id())
                .isEqualTo("12");
        assertThat(vendor.asked("/2/oauth2/token").getLast().parameters())
                .containsEntry("code_verifier", "v")
                .containsEntry("redirect_uri", "r");
        refuses(
                twitter,
                "twitter",
                "{\"id\": \"12\", \"access_token\": \"T\"}",
                "Twitter code is required.");
    }

    @Test
    void discordLineQqAndWeiboTellWhichAppATokenIsFor() {
        vendor.on(
                "/api/oauth2/@me",
                seen ->
                        "{\"application\": {\"id\": \"%s\"}, \"user\": {\"id\": \"5\"}}"
                                .formatted(
                                        String.valueOf(seen.headers().get("authorization"))
                                                .substring("Bearer ".length())));
        vendor.on(
                "/oauth2/v2.1/verify",
                seen ->
                        "{\"scope\": \"profile\", \"client_id\": \"%s\", \"expires_in\": 100}"
                                .formatted(seen.said("access_token")));
        vendor.on("/v2/profile", "{\"userId\": \"5\", \"displayName\": \"A\"}");
        vendor.on(
                "/oauth2.0/me",
                seen ->
                        "callback( {\"client_id\":\"%s\",\"openid\":\"5\"} );\n"
                                .formatted(seen.said("access_token")));
        vendor.on(
                "/oauth2/get_token_info",
                seen ->
                        "{\"uid\": 5, \"appkey\": \"%s\", \"scope\": null, \"create_at\": 1, \"expire_in\": 100}"
                                .formatted(seen.said("access_token")));
        vendor.on("/api/oauth2/token", "{\"access_token\": \"ours\"}");
        vendor.on("/oauth2/v2.1/token", "{\"access_token\": \"ours\"}");
        vendor.on("/oauth2.0/token", "{\"access_token\": \"ours\", \"expires_in\": \"7776000\"}");
        vendor.on("/oauth2/access_token", "{\"access_token\": \"ours\", \"uid\": \"5\"}");
        Map<String, String> labels =
                Map.of("discord", "Discord", "line", "LINE", "qq", "QQ", "weibo", "Weibo");
        labels.forEach((name, label) -> {
            var provider = providers(name);
            String body = "{\"id\": \"5\", \"access_token\": \"%s\"}";
            assertThat(Vendor.verify(provider, name, body.formatted("ours")).id())
                    .as(name)
                    .isEqualTo("5");
            assertThat(Vendor.verify(provider, name, "{\"code\": \"c\"}").id())
                    .as(name)
                    .isEqualTo("5");
            refuses(
                    provider,
                    name,
                    body.formatted("another-app"),
                    label + " auth is invalid for this user.");
            refuses(
                    provider,
                    name,
                    body.formatted("ours").replace("5", "6"),
                    label + " auth is invalid for this user.");
            assertThat(Vendor.away(provider, name)).contains("state=st", "client_id=ours");
        });
    }

    @Test
    void dingTalkAndFeishuExchangeCodesAndRefuseTokens() {
        vendor.on(
                "/v1.0/oauth2/userAccessToken",
                seen -> {
                    ObjectNode said = (ObjectNode) Json.read(seen.body());
                    return said.path("clientSecret").asString("").equals("s3cret")
                                    && said.path("code").asString("").equals("c")
                            ? "{\"accessToken\": \"T\", \"expireIn\": 7200}"
                            : "400 {\"code\": \"invalidParameter\"}";
                });
        vendor.on(
                "/v1.0/contact/users/me",
                seen ->
                        "T".equals(seen.headers().get("x-acs-dingtalk-access-token"))
                                ? "{\"nick\": \"A\", \"openId\": \"o\", \"unionId\": \"u\"}"
                                : "401 {}");
        vendor.on(
                "/open-apis/authen/v2/oauth/token",
                seen ->
                        seen.body().contains("\"c\"")
                                ? "{\"code\": 0, \"access_token\": \"T\", \"token_type\": \"Bearer\"}"
                                : "400 {\"code\": 20003, \"error\": \"invalid_grant\"}");
        vendor.on(
                "/open-apis/authen/v1/user_info",
                "{\"code\": 0, \"msg\": \"success\", \"data\": {\"name\": \"A\", \"open_id\": \"o\", \"union_id\": \"u\"}}");
        var dingTalk = providers("dingtalk");
        var feishu = providers("feishu");

        assertThat(Vendor.verify(dingTalk, "dingtalk", "{\"code\": \"c\"}").id()).isEqualTo("u");
        assertThat(Vendor.verify(feishu, "feishu", "{\"code\": \"c\"}").id()).isEqualTo("o");
        assertThat(
                        Vendor.verify(
                                        providers("feishu", "union-id = true"),
                                        "feishu",
                                        "{\"code\": \"c\"}")
                                .id())
                .isEqualTo("u");
        refuses(
                dingTalk,
                "dingtalk",
                "{\"code\": \"x\"}",
                "DingTalk auth is invalid for this user.");
        refuses(feishu, "feishu", "{\"code\": \"x\"}", "Feishu auth is invalid for this user.");
        String token = "{\"id\": \"u\", \"access_token\": \"T\"}";
        refuses(dingTalk, "dingtalk", token, "DingTalk code is required.");
        refuses(feishu, "feishu", token, "Feishu code is required.");
    }

    @Test
    void alipaySignsAndIsAskedWithASignature() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair app = generator.generateKeyPair();
        KeyPair theirs = generator.generateKeyPair();
        String said = "{\"user_id\":\"2088\",\"access_token\":\"T\",\"expires_in\":1}";
        vendor.on(
                "/gateway.do",
                seen ->
                        "{\"alipay_system_oauth_token_response\":%s,\"sign\":\"%s\"}"
                                .formatted(
                                        seen.said("code").equals("forged")
                                                ? said.replace("2088", "2089")
                                                : said,
                                        sign(theirs, said)));
        var alipay =
                Vendor.providers(
                        () -> NOW,
                        "providers = alipay",
                        "alipay.url = " + vendor.url(),
                        "alipay.client-id = ours",
                        "alipay.private-key = " + encoded(app.getPrivate().getEncoded()),
                        "alipay.public-key = " + encoded(theirs.getPublic().getEncoded()));

        assertThat(Vendor.verify(alipay, "alipay", "{\"code\": \"c\"}").id()).isEqualTo("2088");
        Map<String, String> sent = new TreeMap<>(vendor.seen.getLast().parameters());
        String signature = String.valueOf(sent.remove("sign"));
        assertThat(sent)
                .containsEntry("method", "alipay.system.oauth.token")
                .containsEntry("sign_type", "RSA2")
                .containsEntry("timestamp", "2026-11-01 20:00:00");
        Signature check = Signature.getInstance("SHA256withRSA");
        check.initVerify(app.getPublic());
        check.update(
                sent.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining("&"))
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(check.verify(Base64.getDecoder().decode(signature))).isTrue();
        refuses(
                alipay,
                "alipay",
                "{\"code\": \"forged\"}",
                "Alipay auth is invalid for this user.");
        Provider provider = alipay.provider(Vendor.APP, "alipay").orElseThrow();
        assertThat(provider.codeParameter()).isEqualTo("auth_code");
        assertThat(Vendor.away(alipay, "alipay")).contains("app_id=ours", "scope=auth_user");
    }

    private static String sign(KeyPair key, String text) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return encoded(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
