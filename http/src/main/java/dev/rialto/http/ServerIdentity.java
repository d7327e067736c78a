package dev.rialto.http;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/// What proves to clients who this server is.
public interface ServerIdentity {
    /// The key and certificate of connections that begin now; another context once they were
    /// renewed. Empty as long as there is no certificate.
    Optional<SSLContext> context();

    /// What the certificate authority expects at `/.well-known/acme-challenge/TOKEN` (RFC 8555,
    /// section 8.3); empty when it has not asked for this token.
    Optional<String> challenge(String token);
}
