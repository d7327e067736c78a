package dev.rialto.signin;

import dev.rialto.kernel.Json;
import java.net.URI;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// DingTalk. It does not tell which app a token was made for, so only codes are accepted.
record DingTalk(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        Map<String, String> parameters = outward(visit);
        parameters.put("prompt", "consent");
        return ProviderClient.with(
                settings.at("https://login.dingtalk.com/oauth2/auth"), parameters);
    }

    @Override
    public String codeParameter() {
        return "authCode";
    }

    @Override
    public Person byCode(Code code) {
        ObjectNode token =
                accepted(
                        client.postJson(
                                settings.at("https://api.dingtalk.com/v1.0/oauth2/userAccessToken"),
                                Json.object()
                                        .put("clientId", code.clientId())
                                        .put(
                                                "clientSecret",
                                                settings.secret(code.clientId()).orElse(""))
                                        .put("code", code.value())
                                        .put("grantType", "authorization_code"),
                                Map.of()));
        ObjectNode self =
                accepted(
                        client.get(
                                settings.at("https://api.dingtalk.com/v1.0/contact/users/me"),
                                Map.of(
                                        "x-acs-dingtalk-access-token",
                                        Said.text(token, "accessToken")
                                                .orElseThrow(this::invalid))));
        return person(Said.text(self, "unionId"))
                .keeping("openid", Said.text(self, "openId").orElse(""));
    }
}
