package dev.rialto.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/// A server's certificate, those of its issuers behind it, and the key that it belongs to.
final class Certificate {
    private static final char[] NO_PASSWORD = {};

    /// Reads what sealed keys are sealed with; the JDK's own provider signs.
    private static final BouncyCastleProvider PEM = new BouncyCastleProvider();

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private Certificate(List<X509Certificate> chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /// Reads a certificate and its key in PEM form: PKCS#8, PKCS#1 or SEC 1.
    ///
    /// @param password of an encrypted key
    /// @throws UnusableCertificate when they are not of this form, or not of each other
    static Certificate read(String chainPem, String keyPem, Optional<String> password) {
        List<X509Certificate> chain = chain(chainPem);
        PublicKey shown = chain.getFirst().getPublicKey();
        PrivateKey key = key(keyPem, password, shown.getAlgorithm());
        if (!isPair(shown, key)) {
            throw new UnusableCertificate("the key is not the key of the certificate");
        }
        return new Certificate(chain, key);
    }

    /// @throws UnusableCertificate when it is not valid at this time
    void requireValid(Instant now) {
        if (now.isBefore(chain.getFirst().getNotBefore().toInstant())) {
            throw new UnusableCertificate(
                    "the certificate is not valid before "
                            + chain.getFirst().getNotBefore().toInstant());
        }
        if (now.isAfter(expires())) {
            throw new UnusableCertificate("the certificate expired on " + expires());
        }
    }

    Instant expires() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    Instant begins() {
        return chain.getFirst().getNotBefore().toInstant();
    }

    /// The hosts and addresses that it is for.
    List<String> names() {
        try {
            Collection<List<?>> all = chain.getFirst().getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(each ->
                                    Objects.equals(each.get(0), DNS_NAME)
                                            || Objects.equals(each.get(0), IP_ADDRESS))
                            .map(each -> String.valueOf(each.get(1)))
                            .toList();
        } catch (CertificateParsingException malformed) {
            return List.of();
        }
    }

    /// What connections begin with.
    SSLContext context() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new UnusableCertificate("the JDK can't use it: " + failure.getMessage(), failure);
        }
    }

    private static List<X509Certificate> chain(String pem) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Object each : objects(pem, "certificate")) {
            if (each instanceof X509CertificateHolder found) {
                try {
                    chain.add(new JcaX509CertificateConverter().getCertificate(found));
                } catch (GeneralSecurityException malformed) {
                    throw new UnusableCertificate("the certificate is malformed", malformed);
                }
            }
        }
        if (chain.isEmpty()) {
            throw new UnusableCertificate("there is no PEM certificate in it");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(String pem, Optional<String> password, String algorithm) {
        for (Object each : objects(pem, "key")) {
            Optional<PrivateKeyInfo> found = keyInfo(each, password);
            if (found.isPresent()) {
                try {
                    return KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(found.get().getEncoded()));
                } catch (GeneralSecurityException | IOException other) {
                    throw new UnusableCertificate(
                            "the key is not the key of the certificate, which is for " + algorithm,
                            other);
                }
            }
        }
        throw new UnusableCertificate("there is no PEM private key in it");
    }

    private static Optional<PrivateKeyInfo> keyInfo(Object object, Optional<String> password) {
        try {
            return switch (object) {
                case PrivateKeyInfo plain -> Optional.of(plain);
                case PEMKeyPair pair -> Optional.of(pair.getPrivateKeyInfo());
                case PKCS8EncryptedPrivateKeyInfo sealed ->
                        Optional.of(
                                sealed.decryptPrivateKeyInfo(
                                        new JceOpenSSLPKCS8DecryptorProviderBuilder()
                                                .setProvider(PEM)
                                                .build(characters(password))));
                case PEMEncryptedKeyPair sealed ->
                        Optional.of(
                                sealed.decryptKeyPair(
                                                new JcePEMDecryptorProviderBuilder()
                                                        .setProvider(PEM)
                                                        .build(characters(password)))
                                        .getPrivateKeyInfo());
                default -> Optional.empty();
            };
        } catch (PKCSException | OperatorCreationException | IOException refused) {
            throw new UnusableCertificate(
                    "the key can't be decrypted with tls.key-password", refused);
        }
    }

    private static char[] characters(Optional<String> password) {
        return password.orElseThrow(
                        () -> new UnusableCertificate("the key is encrypted: set tls.key-password"))
                .toCharArray();
    }

    private static List<Object> objects(String pem, String what) {
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
                objects.add(each);
            }
        } catch (PEMException malformed) {
            throw new UnusableCertificate("the " + what + " is malformed", malformed);
        } catch (IOException | RuntimeException malformed) {
            throw new UnusableCertificate("the " + what + " is malformed", malformed);
        }
        return objects;
    }

    /// Whether what one signs the other verifies.
    private static boolean isPair(PublicKey shown, PrivateKey key) {
        String algorithm =
                switch (shown.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> shown.getAlgorithm();
                };
        byte[] probe = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(shown);
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /// Does not show the key.
    @Override
    public String toString() {
        return String.join(", ", names()) + " until " + expires();
    }
}
