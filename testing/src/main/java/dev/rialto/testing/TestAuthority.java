package dev.rialto.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// A certificate authority that nobody trusts but the tests.
public final class TestAuthority {
    private static final X500Name NAME = new X500Name("CN=Test authority");

    private final KeyPair keys = keys("EC", 256);
    private final X509Certificate certificate;
    private long serial = 1;

    /// A certificate and its key.
    public record Issued(X509Certificate certificate, KeyPair keys) {
        public String certificatePem() {
            return pem(certificate);
        }

        /// In the form PKCS#8.
        public String keyPem() {
            return pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()));
        }
    }

    public TestAuthority() {
        Instant now = Instant.now();
        certificate =
                sign(NAME, keys, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(99)));
    }

    /// Makes a certificate that is valid from a minute ago on.
    ///
    /// @param valid negative for one that is not valid any more
    /// @param names hosts, or addresses
    public Issued issue(Duration valid, String... names) {
        return issue(keys("EC", 256), valid, names);
    }

    public Issued issue(KeyPair of, Duration valid, String... names) {
        Instant now = Instant.now();
        Instant end = now.plus(valid);
        Instant begin = valid.isNegative() ? end.minus(Duration.ofDays(9)) : now;
        return new Issued(
                sign(new X500Name("CN=" + names[0]), of, begin.minusSeconds(60), end, names), of);
    }

    /// The authority's own certificate.
    public String pem() {
        return pem(certificate);
    }

    /// What clients trust this authority with, and no other.
    public SSLContext trust() {
        return trusting(certificate);
    }

    /// What clients trust these certificates with.
    public static SSLContext trusting(X509Certificate... trusted) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate each : trusted) {
                store.setCertificateEntry("ca" + store.size(), each);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failure) {
            throw new AssertionError(failure);
        }
    }

    public static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    /// Anything in PEM form.
    public static String pem(Object content) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(content);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        return text.toString();
    }

    private X509Certificate sign(
            X500Name subject, KeyPair of, Instant begin, Instant end, String... names) {
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            NAME,
                            BigInteger.valueOf(serial++),
                            Date.from(begin),
                            Date.from(end),
                            subject,
                            of.getPublic());
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(names.length == 0));
            if (names.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, alternatives(List.of(names)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate())));
        } catch (GeneralSecurityException | IOException | OperatorCreationException failure) {
            throw new AssertionError(failure);
        }
    }

    private static GeneralNames alternatives(List<String> names) {
        return new GeneralNames(
                names.stream()
                        .map(name -> new GeneralName(kind(name), name))
                        .toArray(GeneralName[]::new));
    }

    private static int kind(String name) {
        return name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
    }
}
