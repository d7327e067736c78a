package dev.rialto.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.testing.TestAuthority;
import dev.rialto.testing.TestAuthority.Issued;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final BouncyCastleProvider BOUNCY = new BouncyCastleProvider();
    private static final Optional<String> PASSWORD = Optional.of("open sesame");

    @ParameterizedTest
    @CsvSource({"RSA,2048", "EC,256", "EC,384", "Ed25519,0"})
    void readsKeysInAllTheirForms(String algorithm, int bits) throws Exception {
        KeyPair keys = TestAuthority.keys(algorithm, bits);
        Issued issued =
                AUTHORITY.issue(keys, Duration.ofDays(9), "a.example", "b.example", "10.0.0.1");
        String chain = issued.certificatePem() + AUTHORITY.pem();
        String plain = TestAuthority.pem(new JcaPKCS8Generator(keys.getPrivate(), null));
        var encryptor =
                new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                        .setProvider(BOUNCY)
                        .setPassword(PASSWORD.get().toCharArray())
                        .setRandom(new SecureRandom())
                        .build();
        String sealed = TestAuthority.pem(new JcaPKCS8Generator(keys.getPrivate(), encryptor));
        assertThat(plain).contains("BEGIN PRIVATE KEY");
        assertThat(sealed).contains("BEGIN ENCRYPTED PRIVATE KEY");
        for (String key : new String[] {plain, sealed}) {
            Certificate read = Certificate.read(chain, key, PASSWORD);
            assertThat(read.names()).containsExactly("a.example", "b.example", "10.0.0.1");
            assertThat(read.context()).isNotNull();
            read.requireValid(Instant.now());
        }
    }

    @Test
    void readsTheKeysOfOpenSsl() throws Exception {
        Issued rsa =
                AUTHORITY.issue(TestAuthority.keys("RSA", 2048), Duration.ofDays(9), "a.example");
        assertReads(rsa, TestAuthority.pem(rsa.keys().getPrivate()), "BEGIN RSA PRIVATE KEY");
        Issued curve = AUTHORITY.issue(Duration.ofDays(9), "a.example");
        var sec1 =
                new org.bouncycastle.asn1.sec.ECPrivateKey(
                        256,
                        ((ECPrivateKey) curve.keys().getPrivate()).getS(),
                        SECObjectIdentifiers.secp256r1);
        assertReads(
                curve,
                TestAuthority.pem(new PemObject("EC PRIVATE KEY", sec1.getEncoded())),
                "BEGIN EC PRIVATE KEY");
        String sealed =
                TestAuthority.pem(
                        new JcaMiscPEMGenerator(
                                rsa.keys().getPrivate(),
                                new JcePEMEncryptorBuilder("AES-256-CBC")
                                        .setProvider(BOUNCY)
                                        .build(PASSWORD.get().toCharArray())));
        assertReads(rsa, sealed, "Proc-Type: 4,ENCRYPTED");
        assertThatThrownBy(() -> Certificate.read(rsa.certificatePem(), sealed, Optional.empty()))
                .hasMessage("the key is encrypted: set tls.key-password");
        assertThatThrownBy(
                        () -> Certificate.read(rsa.certificatePem(), sealed, Optional.of("wrong")))
                .hasMessage("the key can't be decrypted with tls.key-password");
    }

    private static void assertReads(Issued issued, String key, String form) {
        assertThat(key).contains(form);
        assertThat(Certificate.read(issued.certificatePem(), key, PASSWORD).names())
                .containsExactly("a.example");
    }

    @Test
    void saysWhatIsWrong() {
        Issued one = AUTHORITY.issue(Duration.ofDays(9), "a.example");
        Issued other = AUTHORITY.issue(Duration.ofDays(9), "a.example");
        Issued rsa =
                AUTHORITY.issue(TestAuthority.keys("RSA", 2048), Duration.ofDays(9), "a.example");
        assertFails(
                one.certificatePem(), other.keyPem(), "the key is not the key of the certificate");
        assertFails(
                one.certificatePem(),
                rsa.keyPem(),
                "the key is not the key of the certificate, which is for EC");
        assertFails(
                AUTHORITY.pem() + one.certificatePem(),
                one.keyPem(),
                "the key is not the key of the certificate");
        assertFails("", one.keyPem(), "there is no PEM certificate in it");
        assertFails(one.keyPem(), one.keyPem(), "there is no PEM certificate in it");
        assertFails(one.certificatePem(), "hello", "there is no PEM private key in it");
        assertFails(
                one.certificatePem(), one.certificatePem(), "there is no PEM private key in it");
        assertFails(
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                one.keyPem(),
                "the certificate is malformed");
        assertFails(one.certificatePem(), one.keyPem().substring(0, 80), "the key is malformed");
    }

    @Test
    void isValidFromItsBeginToItsEnd() {
        Issued issued = AUTHORITY.issue(Duration.ofDays(9), "a.example");
        Certificate read =
                Certificate.read(issued.certificatePem(), issued.keyPem(), Optional.empty());
        assertThatThrownBy(() -> read.requireValid(Instant.now().minus(Duration.ofDays(1))))
                .hasMessageStartingWith("the certificate is not valid before ");
        assertThatThrownBy(() -> read.requireValid(Instant.now().plus(Duration.ofDays(10))))
                .hasMessageStartingWith("the certificate expired on ");
        assertThat(read).hasToString("a.example until " + read.expires());
    }

    private static void assertFails(String chain, String key, String message) {
        assertThatThrownBy(() -> Certificate.read(chain, key, Optional.empty()))
                .isInstanceOf(UnusableCertificate.class)
                .hasMessage(message);
    }
}
