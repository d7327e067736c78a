package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The certificate authority of a server whose certificate is not public.
final class TrustedAuthority {
    private TrustedAuthority() {}

    /// Trusts the certificates of a PEM file and no others.
    ///
    /// @throws SetupException when there are none in it
    static SSLContext read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new SetupException("--ca " + file + ": there is no PEM certificate in it");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Certificate each : found) {
                store.setCertificateEntry("ca-" + store.size(), each);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException unreadable) {
            throw new SetupException("--ca " + file + ": it can't be read", unreadable);
        } catch (GeneralSecurityException malformed) {
            throw new SetupException(
                    "--ca " + file + ": there is no PEM certificate in it", malformed);
        }
    }
}
