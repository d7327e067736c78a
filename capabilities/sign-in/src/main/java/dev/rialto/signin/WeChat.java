package dev.rialto.signin;

import dev.rialto.signin.ProviderClient.Reply;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// WeChat, for websites, apps and mini programs. A code is bound to the app that it was made for;
/// an access token is not, so it is not accepted.
///
/// An openid is the user's in one app of the developer; the unionid is the same in all of them.
record WeChat(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    private static final Set<String> INSIDE = Set.of("snsapi_base", "snsapi_userinfo");

    /// A page with a QR code, or, with the scopes of official accounts, the page within WeChat.
    @Override
    public URI authorization(Visit visit) {
        List<String> scopes = settings.client().scopes();
        String page =
                scopes.stream().anyMatch(INSIDE::contains)
                        ? "https://open.weixin.qq.com/connect/oauth2/authorize"
                        : "https://open.weixin.qq.com/connect/qrconnect";
        Map<String, String> parameters = new HashMap<>();
        parameters.put("appid", settings.clientId());
        parameters.put("redirect_uri", visit.callback());
        parameters.put("response_type", "code");
        parameters.put("scope", String.join(",", scopes));
        parameters.put("state", visit.state());
        URI address = ProviderClient.with(settings.at(page), parameters);
        return URI.create(address + "#wechat_redirect");
    }

    @Override
    public Person byCode(Code code) {
        return settings.list("mini-programs").contains(code.clientId())
                ? byCodeOfMiniProgram(code)
                : byCodeOfApp(code);
    }

    private Person byCodeOfMiniProgram(Code code) {
        return person(
                accepted(
                        client.get(
                                ProviderClient.with(
                                        settings.at("https://api.weixin.qq.com/sns/jscode2session"),
                                        Map.of(
                                                "appid",
                                                code.clientId(),
                                                "secret",
                                                settings.secret(code.clientId()).orElse(""),
                                                "js_code",
                                                code.value(),
                                                "grant_type",
                                                "authorization_code")))));
    }

    private Person byCodeOfApp(Code code) {
        ObjectNode reply =
                accepted(
                        client.get(
                                ProviderClient.with(
                                        settings.at(
                                                "https://api.weixin.qq.com/sns/oauth2/access_token"),
                                        Map.of(
                                                "appid",
                                                code.clientId(),
                                                "secret",
                                                settings.secret(code.clientId()).orElse(""),
                                                "code",
                                                code.value(),
                                                "grant_type",
                                                "authorization_code"))));
        if (settings.yes("union-id") && Said.text(reply, "unionid").isEmpty()) {
            return person(profile(reply));
        }
        return person(reply);
    }

    private ObjectNode profile(ObjectNode token) {
        return accepted(
                client.get(
                        ProviderClient.with(
                                settings.at("https://api.weixin.qq.com/sns/userinfo"),
                                Map.of(
                                        "access_token",
                                        Said.text(token, "access_token").orElseThrow(this::invalid),
                                        "openid",
                                        Said.text(token, "openid").orElseThrow(this::invalid)))));
    }

    /// WeChat refuses with status 200 and a code.
    @Override
    public ObjectNode accepted(Reply reply) {
        if (!reply.isOk() || reply.body().path("errcode").asInt(0) != 0) {
            throw invalid();
        }
        return reply.body();
    }

    private Person person(ObjectNode said) {
        Optional<String> open = Said.text(said, "openid");
        Optional<String> union = Said.text(said, "unionid");
        if (settings.yes("union-id") && union.isEmpty()) {
            throw Refusal.of(
                    "WeChat sent no unionid: the app must belong to an account of the WeChat Open"
                            + " Platform");
        }
        return person(settings.yes("union-id") ? union : open)
                .keeping("openid", open.orElseThrow(this::invalid))
                .keeping("unionid", union.orElse(""));
    }
}
