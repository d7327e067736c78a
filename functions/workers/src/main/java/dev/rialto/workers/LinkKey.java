package dev.rialto.workers;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// What a server and its workers of one revision have in common, and nobody else has, where a
/// network is between them: a private key and its certificate. Each side shows the certificate in
/// the handshake of TLS, and trusts no other one.
public final class LinkKey {
    /// The environment variable that makes a worker wait for its server: `address:port`, or `:port`
    /// for all addresses.
    public static final String LISTEN_VARIABLE = "RIALTO_LISTEN";

    /// The environment variable that names the folder with [#CERTIFICATE_FILE] and [#KEY_FILE].
    public static final String FOLDER_VARIABLE = "RIALTO_TLS";

    public static final String CERTIFICATE_FILE = "tls.crt";
    public static final String KEY_FILE = "tls.key";

    /// The only version that is spoken.
    public static final String PROTOCOL = "TLSv1.3";

    private static final String ALIAS = "link";

    private LinkKey() {}

    /// What both sides make their sockets with.
    ///
    /// @param certificate in PEM
    /// @param key in PEM, of an elliptic curve, in the form PKCS#8
    /// @throws IOException if they are not a certificate and its key
    public static SSLContext context(String certificate, String key) throws IOException {
        try {
            Certificate shown =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(
                                            certificate.getBytes(StandardCharsets.US_ASCII)));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore own = emptyStore();
            own.setKeyEntry(ALIAS, privateKey(key), new char[0], new Certificate[] {shown});
            keys.init(own, new char[0]);
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore trusted = emptyStore();
            trusted.setCertificateEntry(ALIAS, shown);
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IllegalArgumentException wrong) {
            throw new IOException("not a certificate and its key", wrong);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }
}
