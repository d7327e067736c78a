package dev.rialto.signin;

import dev.rialto.kernel.Json;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// GitHub. A token is checked with the app's own credentials, so that GitHub refuses those of other
/// apps.
record GitHub(ProviderSettings settings, ProviderClient client) implements CodeProvider {
    @Override
    public URI authorization(Visit visit) {
        return ProviderClient.with(
                settings.at("https://github.com/login/oauth/authorize"),
                outwardWithChallenge(visit));
    }

    @Override
    public Person byCode(Code code) {
        ObjectNode reply =
                accepted(
                        client.postForm(
                                settings.at("https://github.com/login/oauth/access_token"),
                                exchangeWithSecret(code),
                                Map.of()));
        return checked(
                code.clientId(), Said.text(reply, "access_token").orElseThrow(this::invalid));
    }

    @Override
    public Person byToken(String accessToken) {
        return checked(settings.clientId(), accessToken);
    }

    private Person checked(String clientId, String accessToken) {
        var reply =
                client.postJson(
                        settings.at("https://api.github.com/applications/" + clientId + "/token"),
                        Json.object().put("access_token", accessToken),
                        Map.of(
                                "Accept",
                                "application/vnd.github+json",
                                "Authorization",
                                ProviderClient.basic(
                                        clientId, settings.secret(clientId).orElse(""))));
        ObjectNode said = accepted(reply);
        Optional<String> app = Said.text(said.path("app"), "client_id");
        if (!app.equals(Optional.of(clientId))) {
            throw invalid();
        }
        return person(Said.id(said.path("user"), "id"));
    }
}
