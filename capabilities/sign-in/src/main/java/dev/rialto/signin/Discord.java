package dev.rialto.signin;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Discord, which tells of a token both the user and the app that it was made for.
record Discord(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://discord.com/oauth2/authorize"), outwardWithChallenge(visit));
    }

    @Override
    public Person byCode(Code code) {
        ObjectNode token =
                accepted(
                        client.postForm(
                                settings.at("https://discord.com/api/oauth2/token"),
                                exchangeWithSecret(code),
                                Map.of()));
        return byToken(Said.text(token, "access_token").orElseThrow(this::invalid));
    }

    @Override
    public Person byToken(String accessToken) {
        ObjectNode said =
                accepted(
                        client.get(
                                settings.at("https://discord.com/api/oauth2/@me"),
                                ProviderClient.bearer(accessToken)));
        Optional<String> app = Said.id(said.path("application"), "id");
        if (!settings.client().ids().contains(app.orElse(""))) {
            throw invalid();
        }
        return person(Said.id(said.path("user"), "id"));
    }
}
