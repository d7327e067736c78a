package dev.rialto.signin;

import java.net.URI;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Weibo, which tells the app that a token was made for.
record Weibo(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://api.weibo.com/oauth2/authorize"), outward(visit));
    }

    @Override
    public Person byCode(Code code) {
        ObjectNode token =
                accepted(
                        client.postForm(
                                settings.at("https://api.weibo.com/oauth2/access_token"),
                                exchangeWithSecret(code),
                                Map.of()));
        return byToken(Said.text(token, "access_token").orElseThrow(this::invalid));
    }

    @Override
    public Person byToken(String accessToken) {
        ObjectNode said =
                accepted(
                        client.postForm(
                                settings.at("https://api.weibo.com/oauth2/get_token_info"),
                                Map.of("access_token", accessToken),
                                Map.of()));
        boolean ours = settings.client().ids().contains(Said.id(said, "appkey").orElse(""));
        if (!ours || said.path("expire_in").asLong(0) <= 0) {
            throw invalid();
        }
        return person(Said.id(said, "uid"));
    }
}
