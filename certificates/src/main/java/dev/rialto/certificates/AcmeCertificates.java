package dev.rialto.certificates;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;

/// A certificate that the servers on one database order together: one of them orders, all show it.
final class AcmeCertificates implements CertificateSource {
    private static final Logger LOG = Logger.getLogger(AcmeCertificates.class.getName());

    /// The server has to listen before the authority asks it.
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final AcmeStore store;
    private final AcmeAuthority authority;
    private final AcmePauses pauses;
    private final Clock clock;
    private AcmeStore.@Nullable Issued used;
    private @Nullable Certificate shown;
    private boolean asked;

    AcmeCertificates(AcmeStore store, AcmeAuthority authority, AcmePauses pauses, Clock clock) {
        this.store = store;
        this.authority = authority;
        this.pauses = pauses;
        this.clock = clock;
    }

    @Override
    public Optional<Certificate> first() {
        store.account();
        return newest();
    }

    @Override
    public Optional<Certificate> next() throws InterruptedException {
        asked = true;
        Optional<Certificate> other = newest();
        if (other.isPresent() || !isDue()) {
            return other;
        }
        Optional<Integer> failures = store.begin(pauses);
        if (failures.isEmpty()) {
            return Optional.empty();
        }
        try {
            store.finish(authority.order(store.account(), store::expect), pauses.success());
        } catch (AcmeRateLimitedException limited) {
            Duration wait =
                    limited.getRetryAfter()
                            .map(until -> Duration.between(clock.instant(), until))
                            .filter(Duration::isPositive)
                            .orElse(Duration.ZERO);
            throw failed(limited, wait);
        } catch (AcmeException | UnusableCertificate failure) {
            throw failed(failure, Duration.ZERO);
        }
        return newest();
    }

    private UnusableCertificate failed(Exception failure, Duration wait) {
        Instant next = store.postpone(wait);
        return new UnusableCertificate(
                "a new one was not issued ("
                        + failure.getMessage()
                        + "); the next order is made after "
                        + next,
                failure);
    }

    /// A third of its life is left to get another one.
    private boolean isDue() {
        Certificate current = shown;
        if (current == null) {
            return true;
        }
        Duration life = Duration.between(current.begins(), current.expires());
        return clock.instant().isAfter(current.expires().minus(life.dividedBy(3)));
    }

    private Optional<Certificate> newest() {
        Optional<AcmeStore.Issued> issued = store.newest();
        if (issued.isEmpty() || issued.get().equals(used)) {
            return Optional.empty();
        }
        used = issued.get();
        Certificate certificate =
                Certificate.read(issued.get().chain(), issued.get().key(), Optional.empty());
        shown = certificate;
        LOG.fine(() -> "a certificate for " + certificate + " was issued");
        return Optional.of(certificate);
    }

    @Override
    public Duration pause() {
        return asked ? PAUSE : FIRST_PAUSE;
    }

    @Override
    public Optional<String> challenge(String token) {
        return store.answer(token);
    }
}
