package dev.rialto.signin;

import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A provider as one app has configured it: says who somebody is.
interface Provider {
    /// Checks what a client claims in `authData`: a token that was made for this app, or a code
    /// that is exchanged with the secret of this app.
    ///
    /// @throws dev.rialto.kernel.RialtoException when the claims are not valid
    Person verify(ObjectNode claims);

    /// Where a browser is sent to sign in.
    ///
    /// @throws dev.rialto.kernel.RialtoException when this provider has no pages to sign in
    URI authorization(Visit visit);

    /// Exchanges the code that a browser came back with.
    ///
    /// @throws dev.rialto.kernel.RialtoException when it is not valid
    Person redeem(Visit visit, String code);

    /// Whether a browser that names this issuer, or none, may come from this provider.
    default boolean isFrom(Optional<String> issuer) {
        return true;
    }

    /// The parameter by which a browser brings the code back.
    default String codeParameter() {
        return "code";
    }

    /// A browser's visit to a provider.
    ///
    /// @param callback where the provider sends it back to
    /// @param state finds the visit again
    /// @param nonce to be found in the ID token
    /// @param verifier proves that the code comes back to where the visit began (PKCE)
    record Visit(String callback, String state, String nonce, String verifier) {
        /// Shows no secrets.
        @Override
        public String toString() {
            return "a visit that returns to " + callback;
        }
    }
}
