package dev.rialto.signin;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What an OpenID provider publishes of itself (OpenID Connect Discovery 1.0).
///
/// @param introspection where access tokens are checked (RFC 7662)
/// @param secretInBody whether the secret of a client may be sent in the body
/// @param namesIssuer whether browsers come back with the issuer (RFC 9207)
record Metadata(
        String issuer,
        URI authorization,
        URI token,
        URI keys,
        Optional<URI> introspection,
        boolean secretInBody,
        boolean namesIssuer) {

    /// @return empty when an address is missing, or is one that secrets must not be sent to
    static Optional<Metadata> read(ObjectNode document) {
        Optional<URI> authorization = address(document, "authorization_endpoint");
        Optional<URI> token = address(document, "token_endpoint");
        Optional<URI> keys = address(document, "jwks_uri");
        if (authorization.isEmpty() || token.isEmpty() || keys.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Metadata(
                        document.path("issuer").asString(""),
                        authorization.get(),
                        token.get(),
                        keys.get(),
                        address(document, "introspection_endpoint"),
                        document.path("token_endpoint_auth_methods_supported")
                                .valueStream()
                                .anyMatch(each -> each.asString("").equals("client_secret_post")),
                        Said.yes(document, "authorization_response_iss_parameter_supported")));
    }

    private static Optional<URI> address(ObjectNode document, String name) {
        return Said.text(document, name).flatMap(Addresses::secure);
    }
}
