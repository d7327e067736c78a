package dev.rialto.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import dev.rialto.testing.TestAuthority;
import dev.rialto.testing.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateFilesTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();

    @TempDir private Path folder = Path.of("");
    private PemFiles files = new PemFiles(folder, folder, Optional.empty());

    @BeforeEach
    void name() {
        files =
                new PemFiles(
                        folder.resolve("cert.pem"), folder.resolve("key.pem"), Optional.empty());
    }

    @Test
    void goesOnWithARenewedPair() throws IOException {
        write(AUTHORITY.issue(Duration.ofDays(9), "first.example"));
        var source = source();
        assertThat(names(source.first())).containsExactly("first.example");
        assertThat(source.next()).isEmpty();
        write(AUTHORITY.issue(Duration.ofDays(9), "second.example"));
        assertThat(names(source.next())).containsExactly("second.example");
        assertThat(source.next()).isEmpty();
    }

    @Test
    void followsReplacedLinks() throws IOException {
        Path live = Files.createDirectory(folder.resolve("live"));
        for (String version : List.of("1", "2")) {
            Issued issued = AUTHORITY.issue(Duration.ofDays(9), "v" + version + ".example");
            Files.writeString(folder.resolve("cert" + version), issued.certificatePem());
            Files.writeString(folder.resolve("key" + version), issued.keyPem());
        }
        files = new PemFiles(live.resolve("cert"), live.resolve("key"), Optional.empty());
        link("cert", "1");
        link("key", "1");
        var source = source();
        assertThat(names(source.first())).containsExactly("v1.example");
        link("cert", "2");
        // For a moment, the certificate and the key are not of one pair.
        assertThat(source.next()).isEmpty();
        link("key", "2");
        assertThat(names(source.next())).containsExactly("v2.example");
    }

    @Test
    void staysWithItsCertificateAndSaysOnceWhy() throws IOException {
        Issued good = AUTHORITY.issue(Duration.ofDays(9), "good.example");
        write(good);
        var source = source();
        assertThat(source.first()).isPresent();
        Files.writeString(files.key(), AUTHORITY.issue(Duration.ofDays(9), "x").keyPem());
        assertThat(source.next()).isEmpty();
        assertThatThrownBy(source::next)
                .hasMessageContaining(files.key().toString())
                .hasMessageEndingWith("the key is not the key of the certificate");
        assertThat(source.next()).isEmpty();
        write(AUTHORITY.issue(Duration.ofDays(-1), "old.example"));
        assertThat(source.next()).isEmpty();
        assertThatThrownBy(source::next).hasMessageContaining("the certificate expired on ");
        assertThat(source.next()).isEmpty();
        Files.delete(files.certificate());
        assertThat(source.next()).isEmpty();
        assertThatThrownBy(source::next).hasMessageEndingWith("there is no such file");
        assertThat(source.next()).isEmpty();
        write(good);
        assertThat(source.next()).isEmpty();
        write(AUTHORITY.issue(Duration.ofDays(9), "next.example"));
        assertThat(names(source.next())).containsExactly("next.example");
    }

    @Test
    void doesNotStartWithWhatCannotBeUsed() throws IOException {
        assertStartFails("tls.certificate = " + files.certificate() + ": there is no such file");
        write(AUTHORITY.issue(Duration.ofDays(-1), "old.example"));
        assertStartFails("tls.certificate = " + files.certificate() + ": the certificate expired");
        write(AUTHORITY.issue(Duration.ofDays(9), "a.example"));
        Files.writeString(files.key(), AUTHORITY.issue(Duration.ofDays(9), "x").keyPem());
        assertStartFails(
                "tls.certificate = "
                        + files.certificate()
                        + ", tls.key = "
                        + files.key()
                        + ": the key is not the key of the certificate");
        Files.write(files.key(), new byte[2 << 20]);
        assertStartFails("tls.key = " + files.key() + ": it is not a PEM file");
        Files.write(files.key(), new byte[] {(byte) 0xff});
        assertStartFails("tls.key = " + files.key() + ": it can't be read as text");
    }

    @Test
    void warnsBeforeTheEnd() throws IOException {
        write(AUTHORITY.issue(Duration.ofDays(20), "a.example"));
        Instant now = Instant.now();
        assertThat(warning(now)).isEmpty();
        assertThat(warning(now.plus(Duration.ofDays(5)))).isEmpty();
        assertThat(warning(now.plus(Duration.ofDays(7))).orElse("")).startsWith("expires on ");
    }

    private Optional<String> warning(Instant now) {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        try (var certificates =
                Certificates.start(() -> new CertificateFiles(files, clock), clock)) {
            assertThat(certificates.context()).isPresent();
            assertThat(certificates.description().orElse("")).startsWith("a.example until ");
            return certificates.warning();
        }
    }

    private void assertStartFails(String message) {
        assertThatThrownBy(() -> Certificates.start(this::source, Clock.systemUTC()))
                .isInstanceOf(SetupException.class)
                .hasMessageStartingWith(message);
    }

    private CertificateFiles source() {
        return new CertificateFiles(files, Clock.systemUTC());
    }

    private void write(Issued issued) throws IOException {
        Files.writeString(files.certificate(), issued.certificatePem());
        Files.writeString(files.key(), issued.keyPem());
    }

    private void link(String name, String version) throws IOException {
        Path fresh = folder.resolve("fresh");
        Files.createSymbolicLink(fresh, folder.resolve(name + version));
        Files.move(fresh, folder.resolve("live").resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> names(Optional<Certificate> certificate) {
        return certificate.orElseThrow().names();
    }
}
