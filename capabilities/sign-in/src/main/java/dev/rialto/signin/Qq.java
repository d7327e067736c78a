package dev.rialto.signin;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// QQ, which tells the app that a token was made for.
record Qq(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://graph.qq.com/oauth2.0/authorize"), outward(visit));
    }

    @Override
    public Person byCode(Code code) {
        Map<String, String> parameters = exchangeWithSecret(code);
        parameters.put("fmt", "json");
        ObjectNode token =
                accepted(
                        client.get(
                                ProviderClient.with(
                                        settings.at("https://graph.qq.com/oauth2.0/token"),
                                        parameters)));
        return byToken(Said.text(token, "access_token").orElseThrow(this::invalid));
    }

    @Override
    public Person byToken(String accessToken) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("access_token", accessToken);
        parameters.put("fmt", "json");
        boolean union = settings.yes("union-id");
        if (union) {
            parameters.put("unionid", "1");
        }
        ObjectNode said =
                accepted(
                        client.get(
                                ProviderClient.with(
                                        settings.at("https://graph.qq.com/oauth2.0/me"),
                                        parameters)));
        if (!settings.client().ids().contains(Said.id(said, "client_id").orElse(""))) {
            throw invalid();
        }
        Optional<String> open = Said.text(said, "openid");
        return person(union ? Said.text(said, "unionid") : open)
                .keeping("openid", open.orElseThrow(this::invalid))
                .keeping("unionid", Said.text(said, "unionid").orElse(""));
    }
}
