package dev.rialto.signin;

import java.net.URI;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// X, formerly Twitter, by OAuth 2.0. It does not tell which app a token was made for, so only
/// codes are accepted.
record Twitter(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://x.com/i/oauth2/authorize"), outwardWithChallenge(visit));
    }

    @Override
    public Person byCode(Code code) {
        Map<String, String> headers =
                settings.secret(code.clientId())
                        .map(secret ->
                                Map.of(
                                        "Authorization",
                                        ProviderClient.basic(code.clientId(), secret)))
                        .orElseGet(Map::of);
        ObjectNode token =
                accepted(
                        client.postForm(
                                settings.at("https://api.x.com/2/oauth2/token"),
                                exchange(code),
                                headers));
        ObjectNode self =
                accepted(
                        client.get(
                                settings.at("https://api.x.com/2/users/me"),
                                ProviderClient.bearer(
                                        Said.text(token, "access_token")
                                                .orElseThrow(this::invalid))));
        return person(Said.id(self.path("data"), "id"));
    }
}
