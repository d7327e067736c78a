package dev.rialto.certificates;

import dev.rialto.http.TlsSettings;
import dev.rialto.kernel.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Whether TLS is offered, and where the certificate comes from.
///
/// @param source files, or a certificate authority
public record CertificateSettings(TlsSettings tls, Source source) {
    private static final int PORT = 8443;
    private static final int HTTPS = 443;

    /// Where a certificate comes from.
    sealed interface Source {
        /// The operator puts it into files and renews it there.
        record Files(PemFiles files) implements Source {}

        /// A certificate authority issues and renews it.
        record Authority(AcmeSettings acme) implements Source {}
    }

    /// Reads what the operator has set; empty when nothing asks for TLS.
    public static Optional<CertificateSettings> read(Settings in) {
        int port = in.integer("tls.port", PORT);
        boolean redirect = in.yes("tls.redirect", true);
        Duration hsts = in.duration("tls.hsts", Duration.ZERO);
        Optional<Source> files = files(in);
        Optional<Source> authority = authority(in);
        if (files.isPresent() && authority.isPresent()) {
            in.problem("tls.certificate and tls.acme.domains exclude each other");
        }
        Optional<Source> source = files.or(() -> authority);
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

    private static Optional<Source> authority(Settings in) {
        List<String> domains = in.list("tls.acme.domains", List.of());
        Optional<String> email = in.text("tls.acme.email");
        String directory = in.text("tls.acme.directory", AcmeSettings.LETS_ENCRYPT.toString());
        boolean agreed = in.yes("tls.acme.agree", false);
        Optional<Path> ca = in.text("tls.acme.ca").map(Path::of);
        return domains.isEmpty()
                ? Optional.empty()
                : in.build(
                        Optional.empty(),
                        () ->
                                Optional.of(
                                        new Source.Authority(
                                                new AcmeSettings(
                                                        domains,
                                                        email,
                                                        URI.create(directory),
                                                        agreed,
                                                        ca))));
    }

    /// The address of this server for clients, unless the operator says otherwise: a certificate
    /// that is ordered for a domain tells it.
    public Optional<String> publicRoot() {
        return source instanceof Source.Authority(AcmeSettings acme)
                ? Optional.of(
                        "https://"
                                + acme.domains().getFirst()
                                + (tls.port() == HTTPS ? "" : ":" + tls.port()))
                : Optional.empty();
    }
}
