package dev.rialto.signin;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Facebook: access tokens, of which Facebook tells the app they were made for, and the ID tokens
/// of Limited Login.
record Facebook(ProviderSettings settings, ProviderClient client, IdTokens tokens)
        implements CodeProvider {
    private static final List<String> ISSUERS =
            List.of("https://www.facebook.com", "https://facebook.com");

    @Override
    public Person verify(ObjectNode claims) {
        Optional<String> token = Said.text(claims, "token").or(() -> Said.text(claims, "id_token"));
        if (token.isEmpty()) {
            return CodeProvider.super.verify(claims);
        }
        ObjectNode verified =
                tokens.verify(
                        token.get(),
                        new IdTokens.Expected(
                                _ -> ISSUERS, settings.client().ids(), Said.text(claims, "nonce")),
                        client,
                        settings.at("https://limited.facebook.com/.well-known/oauth/openid/jwks/"));
        Person person = person(Said.id(verified, "sub"));
        if (!Said.id(claims, "id").equals(Optional.of(person.id()))) {
            throw Refusal.of("auth data is invalid for this user.");
        }
        return person;
    }

    @Override
    public URI authorization(Visit visit) {
        Map<String, String> parameters = outward(visit);
        parameters.put("scope", String.join(",", settings.client().scopes()));
        return ProviderClient.with(
                settings.at("https://www.facebook.com/dialog/oauth"), parameters);
    }

    @Override
    public Person byCode(Code code) {
        ObjectNode reply =
                accepted(
                        client.postForm(
                                settings.at("https://graph.facebook.com/oauth/access_token"),
                                exchangeWithSecret(code),
                                Map.of()));
        return byToken(Said.text(reply, "access_token").orElseThrow(this::invalid));
    }

    @Override
    public Person byToken(String accessToken) {
        String app = settings.clientId() + "|" + settings.secret(settings.clientId()).orElse("");
        ObjectNode reply =
                accepted(
                        client.get(
                                ProviderClient.with(
                                        settings.at("https://graph.facebook.com/debug_token"),
                                        Map.of("input_token", accessToken, "access_token", app))));
        JsonNode token = reply.path("data");
        boolean ours = settings.client().ids().contains(Said.id(token, "app_id").orElse(""));
        if (!token.path("is_valid").asBoolean(false) || !ours) {
            throw invalid();
        }
        return person(Said.id(token, "user_id"));
    }
}
