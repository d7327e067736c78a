package dev.rialto.certificates;

import java.time.Duration;
import java.util.Optional;

/// Where certificates come from. Asked by one thread.
interface CertificateSource {
    /// The certificate to begin with.
    ///
    /// @return empty when there is none yet
    /// @throws UnusableCertificate when the server must not start with what there is
    Optional<Certificate> first();

    /// The certificate to go on with.
    ///
    /// @return empty when that is the one before
    /// @throws UnusableCertificate when there is another one that can't be used, once for each
    Optional<Certificate> next() throws InterruptedException;

    /// How long to wait before [#next].
    Duration pause();

    /// See [dev.rialto.http.ServerIdentity#challenge].
    default Optional<String> challenge(String token) {
        return Optional.empty();
    }
}
