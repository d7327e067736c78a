package dev.rialto.certificates;

import dev.rialto.http.TlsSettings;
import dev.rialto.kernel.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Whether TLS is offered, and where the certificate comes from.
///
/// @param source files, or a certificate authority
public record CertificateSettings(TlsSettings tls, Source source) {
    private static final int PORT = 8443;

    /// Where a certificate comes from.
    sealed interface Source {
        /// The operator puts it into files and renews it there.
        record Files(PemFiles files) implements Source {}
    }

    /// Reads what the operator has set; empty when nothing asks for TLS.
    public static Optional<CertificateSettings> read(Settings in) {
        int port = in.integer("tls.port", PORT);
        boolean redirect = in.yes("tls.redirect", true);
        Duration hsts = in.duration("tls.hsts", Duration.ZERO);
        Optional<Source> source = files(in);
        TlsSettings standard = new TlsSettings(PORT, true, Duration.ZERO);
        TlsSettings tls = in.build(standard, () -> new TlsSettings(port, redirect, hsts));
        return source.map(each -> new CertificateSettings(tls, each));
    }

    private static Optional<Source> files(Settings in) {
        Optional<String> certificate = in.text("tls.certificate");
        Optional<String> key = in.text("tls.key");
        Optional<String> password = in.secret("tls.key-password");
        if (certificate.isPresent() != key.isPresent()) {
            in.problem("tls.certificate and tls.key must be set together");
            return Optional.empty();
        }
        return certificate.map(file ->
                new Source.Files(
                        new PemFiles(Path.of(file), Path.of(key.orElseThrow()), password)));
    }
}
