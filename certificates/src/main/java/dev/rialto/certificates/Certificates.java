package dev.rialto.certificates;

import dev.rialto.certificates.CertificateSettings.Source;
import dev.rialto.http.ServerIdentity;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The certificate that the server shows, always the newest: a thread looks for another one from
/// time to time.
public final class Certificates implements ServerIdentity, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Certificates.class.getName());

    /// Operators hear of a certificate that ends within this time.
    private static final Duration NOTICE = Duration.ofDays(14);

    private final CertificateSource source;
    private final Clock clock;
    private final Thread thread;
    private volatile @Nullable Shown shown;
    private volatile boolean closed;
    private @Nullable LocalDate noticed;

    private record Shown(Certificate certificate, SSLContext context) {}

    private Certificates(CertificateSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("certificates").unstarted(this::run);
    }

    /// Reads the certificate and begins to look for newer ones.
    ///
    /// @throws SetupException when the operator's certificate can't be used
    /// @param secrets seals the keys that servers on one database share
    public static Certificates start(
            CertificateSettings settings, Database database, SecretBox secrets, Clock clock) {
        return start(
                () ->
                        switch (settings.source()) {
                            case Source.Files(PemFiles files) -> new CertificateFiles(files, clock);
                            case Source.Authority(AcmeSettings acme) ->
                                    new AcmeCertificates(
                                            new AcmeStore(database, secrets, acme.name()),
                                            new AcmeAuthority(acme),
                                            AcmePauses.STANDARD,
                                            clock);
                        },
                clock);
    }

    static Certificates start(Supplier<CertificateSource> from, Clock clock) {
        Certificates certificates;
        try {
            CertificateSource source = from.get();
            certificates = new Certificates(source, clock);
            source.first().ifPresent(certificates::show);
        } catch (UnusableCertificate unusable) {
            throw new SetupException(String.valueOf(unusable.getMessage()), unusable);
        }
        certificates.notice();
        certificates.thread.start();
        return certificates;
    }

    @Override
    public Optional<SSLContext> context() {
        return Optional.ofNullable(shown).map(Shown::context);
    }

    @Override
    public Optional<String> challenge(String token) {
        return source.challenge(token);
    }

    /// What the operator has to know of the certificate, as `/health` tells it.
    public Optional<String> warning() {
        Shown current = shown;
        if (current == null) {
            return Optional.of("there is none yet");
        }
        Instant end = current.certificate().expires();
        if (clock.instant().isAfter(end)) {
            return Optional.of("expired on " + end);
        }
        return clock.instant().plus(NOTICE).isAfter(end)
                ? Optional.of("expires on " + end)
                : Optional.empty();
    }

    /// The names that the certificate is for and its end, for the person at the terminal.
    public Optional<String> description() {
        return Optional.ofNullable(shown).map(each -> each.certificate().toString());
    }

    /// Lets be measured how long the certificate is valid.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.certificate.valid.seconds",
                "For how long the certificate of TLS is still valid.",
                this::secondsLeft);
    }

    private long secondsLeft() {
        Shown current = shown;
        return current == null
                ? 0
                : Math.max(
                        0,
                        Duration.between(clock.instant(), current.certificate().expires())
                                .toSeconds());
    }

    private void show(Certificate certificate) {
        shown = new Shown(certificate, certificate.context());
        LOG.info(() -> "TLS shows the certificate for " + certificate);
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(source.pause());
                look();
                notice();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// A thread that ended with a failure would let the certificate expire.
    private void look() throws InterruptedException {
        try {
            source.next().ifPresent(this::show);
        } catch (UnusableCertificate unusable) {
            LOG.warning(() -> "TLS stays with its certificate: " + unusable.getMessage());
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "can't look for a newer certificate", failure);
        }
    }

    /// Warns once a day.
    private void notice() {
        LocalDate today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
        warning()
                .filter(_ -> !today.equals(noticed))
                .ifPresent(text -> {
                    noticed = today;
                    LOG.warning(() -> "the certificate of TLS: " + text);
                });
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
