package dev.rialto.openid;

import dev.rialto.kernel.Json;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A program that users may sign in to.
///
/// @param secretHash empty for one that can't keep a secret, or signs assertions instead
record Client(
        String id,
        Optional<String> secretHash,
        Metadata metadata,
        Instant createdAt,
        Instant updatedAt) {

    /// What the app's owner says about a client.
    ///
    /// @param isTrusted whether users are not asked for their consent
    /// @param jwks the keys by which it signs assertions, as JSON
    record Metadata(
            String name,
            boolean isPublic,
            boolean isTrusted,
            List<String> redirectUris,
            List<String> logoutUris,
            Set<String> scopes,
            Optional<String> jwks) {
        Metadata {
            redirectUris = List.copyOf(redirectUris);
            logoutUris = List.copyOf(logoutUris);
            scopes = Set.copyOf(scopes);
        }

        ObjectNode json() {
            ObjectNode json = Json.object();
            json.put("name", name).put("public", isPublic).put("trusted", isTrusted);
            redirectUris.forEach(json.putArray("redirectUris")::add);
            logoutUris.forEach(json.putArray("postLogoutRedirectUris")::add);
            scopes.stream().sorted().forEach(json.putArray("scopes")::add);
            jwks.ifPresent(keys -> json.set("jwks", Json.read(keys)));
            return json;
        }

        static Metadata of(JsonNode json) {
            return new Metadata(
                    json.path("name").asString(""),
                    json.path("public").asBoolean(false),
                    json.path("trusted").asBoolean(false),
                    texts(json.path("redirectUris")),
                    texts(json.path("postLogoutRedirectUris")),
                    Set.copyOf(texts(json.path("scopes"))),
                    json.path("jwks").isObject()
                            ? Optional.of(Json.write(json.path("jwks")))
                            : Optional.empty());
        }

        private static List<String> texts(JsonNode array) {
            return StreamSupport.stream(array.spliterator(), false)
                    .map(each -> each.asString(""))
                    .toList();
        }
    }

    boolean isPublic() {
        return metadata.isPublic();
    }

    /// Whom pairwise subjects are the same for: clients on one host.
    String sector() {
        String first = metadata.redirectUris().getFirst();
        String host = URI.create(first).getHost();
        return RedirectUris.isExclusive(first) && host != null ? host : id;
    }

    ObjectNode shown() {
        ObjectNode shown = Json.object().put("id", id);
        shown.setAll(metadata.json());
        return shown.put("createdAt", createdAt.toString()).put("updatedAt", updatedAt.toString());
    }

    /// Doesn't show the hash.
    @Override
    public String toString() {
        return "client " + id;
    }
}
