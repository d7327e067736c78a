package dev.rialto.signin;

import java.net.URI;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// LINE, which tells the channel that a token was made for.
record Line(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://access.line.me/oauth2/v2.1/authorize"),
                outwardWithChallenge(visit));
    }

    @Override
    public Person byCode(Code code) {
        ObjectNode token =
                accepted(
                        client.postForm(
                                settings.at("https://api.line.me/oauth2/v2.1/token"),
                                exchangeWithSecret(code),
                                Map.of()));
        return byToken(Said.text(token, "access_token").orElseThrow(this::invalid));
    }

    @Override
    public Person byToken(String accessToken) {
        ObjectNode token =
                accepted(
                        client.get(
                                ProviderClient.with(
                                        settings.at("https://api.line.me/oauth2/v2.1/verify"),
                                        Map.of("access_token", accessToken))));
        boolean ours = settings.client().ids().contains(Said.id(token, "client_id").orElse(""));
        if (!ours || token.path("expires_in").asLong(0) <= 0) {
            throw invalid();
        }
        ObjectNode profile =
                accepted(
                        client.get(
                                settings.at("https://api.line.me/v2/profile"),
                                ProviderClient.bearer(accessToken)));
        return person(Said.text(profile, "userId"));
    }
}
