package dev.rialto.openid;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// What clients read before they begin: where things are, and the keys.
final class DiscoveryRoutes {
    private static final String CACHED = "public, max-age=300";
    private static final List<String> AUTHENTICATION =
            List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "none");

    private final Provider provider;
    private final SigningKeys keys;

    DiscoveryRoutes(Provider provider, SigningKeys keys) {
        this.provider = provider;
        this.keys = keys;
    }

    Answer configuration(Call call) {
        App app = provider.app(call);
        OpenidSettings settings = provider.settings(app);
        String issuer = provider.issuer(app);
        ObjectNode all =
                Json.object()
                        .put("issuer", issuer)
                        .put("authorization_endpoint", issuer + "/authorize")
                        .put("token_endpoint", issuer + "/token")
                        .put("userinfo_endpoint", issuer + "/userinfo")
                        .put("jwks_uri", issuer + "/jwks")
                        .put("introspection_endpoint", issuer + "/introspect")
                        .put("revocation_endpoint", issuer + "/revoke")
                        .put("end_session_endpoint", issuer + "/logout")
                        .put("authorization_response_iss_parameter_supported", true)
                        .put("request_parameter_supported", false)
                        .put("request_uri_parameter_supported", false)
                        .put("claims_parameter_supported", false);
        list(all, "scopes_supported", Scopes.ALL);
        list(all, "response_types_supported", List.of("code"));
        list(all, "response_modes_supported", List.of("query", "form_post"));
        list(all, "grant_types_supported", List.of("authorization_code", "refresh_token"));
        list(
                all,
                "subject_types_supported",
                List.of(settings.subject().name().toLowerCase(Locale.ROOT)));
        list(all, "id_token_signing_alg_values_supported", List.of("ES256"));
        list(all, "token_endpoint_auth_methods_supported", AUTHENTICATION);
        list(
                all,
                "token_endpoint_auth_signing_alg_values_supported",
                List.of("ES256", "RS256", "PS256"));
        list(all, "introspection_endpoint_auth_methods_supported", AUTHENTICATION.subList(0, 3));
        list(all, "revocation_endpoint_auth_methods_supported", AUTHENTICATION);
        list(all, "code_challenge_methods_supported", List.of("S256"));
        list(all, "prompt_values_supported", List.of("none", "login", "consent", "select_account"));
        list(all, "ui_locales_supported", List.of("en", "zh-CN"));
        Set<String> claims =
                new TreeSet<>(
                        List.of(
                                "sub",
                                "name",
                                "preferred_username",
                                "updated_at",
                                "email",
                                "email_verified",
                                "phone_number",
                                "phone_number_verified"));
        claims.addAll(settings.claims().keySet());
        list(all, "claims_supported", List.copyOf(claims));
        return Answer.ok(all).withHeader("Cache-Control", CACHED);
    }

    private static void list(ObjectNode all, String name, List<String> values) {
        values.forEach(all.putArray(name)::add);
    }

    Answer keys(Call call) {
        App app = provider.app(call);
        return Answer.ok(Json.read(keys.published(app).toString()))
                .withHeader("Cache-Control", CACHED);
    }
}
