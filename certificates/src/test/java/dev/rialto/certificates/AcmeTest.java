package dev.rialto.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rialto.http.Admission;
import dev.rialto.http.HttpSettings;
import dev.rialto.http.Listener;
import dev.rialto.http.ServerIdentity;
import dev.rialto.http.TlsSettings;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class AcmeTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final SecretBox SECRETS = new SecretBox(List.of(new byte[32]));
    private static final AcmePauses NONE =
            new AcmePauses(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    private static final String DOMAIN = "api.example.com";

    @TempDir private Path folder = Path.of("");

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void servesOnADomainWithACertificateThatAllServersShare() throws Exception {
        Optional<Pebble.Place> place = Pebble.place(folder);
        assumeTrue(place.isPresent(), "there is no pebble here");
        AcmeSettings settings = settings(place.get(), DOMAIN, "www.example.com");
        AcmeStore store = store(settings);
        try (var listener = listen(store::answer);
                var pebble = Pebble.start(place.get(), listener.port())) {
            var first = certificates(settings, Instant.now(), AcmePauses.STANDARD);
            assertThat(first.first()).isEmpty();
            Certificate issued = first.next().orElseThrow();
            assertThat(issued.names()).containsExactlyInAnyOrder(DOMAIN, "www.example.com");
            assertThat(issued.context()).isNotNull();
            assertThat(first.next()).isEmpty();

            var second = certificates(settings, Instant.now(), AcmePauses.STANDARD);
            assertThat(second.first().orElseThrow().expires()).isEqualTo(issued.expires());
            assertThat(second.next()).isEmpty();

            Instant late = issued.expires().minus(Duration.ofDays(1));
            // Not again so soon, although it is time to renew.
            assertThat(certificates(settings, late, NONE).next()).isPresent();
            var later = certificates(settings, late, NONE);
            assertThat(later.first()).isPresent();
            assertThat(later.next()).isEmpty();
            POSTGRES.database()
                    .update(
                            Sql.of(
                                    "update rialto.acme_certificate set next_order_at = now() where"
                                            + " name = ?",
                                    settings.name()));
            assertThat(later.next()).isPresent();
            assertThat(first.next()).as("the server beside hears of it").isPresent();
            assertThat(pebble.log()).contains("There are now 1 accounts in memory");
        }
    }

    @Test
    void waitsLongerAfterEachFailure() throws Exception {
        Optional<Pebble.Place> place = Pebble.place(folder);
        assumeTrue(place.isPresent(), "there is no pebble here");
        AcmeSettings settings = settings(place.get(), "lost.example.com");
        try (var listener = listen(_ -> Optional.empty());
                var _ = Pebble.start(place.get(), listener.port())) {
            var source = certificates(settings, Instant.now(), AcmePauses.STANDARD);
            assertThat(source.first()).isEmpty();
            assertThatThrownBy(source::next).hasMessageContaining("a new one was not issued");
            assertThat(source.next()).isEmpty();
        }
    }

    @Test
    void doublesPauses() {
        assertThat(AcmePauses.STANDARD.after(1)).isEqualTo(Duration.ofMinutes(15));
        assertThat(AcmePauses.STANDARD.after(3)).isEqualTo(Duration.ofHours(1));
        assertThat(AcmePauses.STANDARD.after(7)).isEqualTo(Duration.ofHours(12));
        assertThat(AcmePauses.STANDARD.after(1_000_000)).isEqualTo(Duration.ofHours(12));
    }

    private static AcmeSettings settings(Pebble.Place place, String... domains) {
        return new AcmeSettings(
                List.of(domains),
                Optional.of("operator@example.com"),
                place.directory(),
                true,
                Optional.of(place.ca()));
    }

    private static AcmeStore store(AcmeSettings settings) {
        return new AcmeStore(POSTGRES.database(), SECRETS, settings.name());
    }

    /// As one of the servers sees it.
    private static AcmeCertificates certificates(
            AcmeSettings settings, Instant now, AcmePauses pauses) {
        return new AcmeCertificates(
                store(settings),
                new AcmeAuthority(settings),
                pauses,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    /// A server that has no certificate yet.
    private static Listener listen(Function<String, Optional<String>> answers) {
        var identity =
                new ServerIdentity() {
                    @Override
                    public Optional<SSLContext> context() {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<String> challenge(String token) {
                        return answers.apply(token);
                    }
                };
        return Listener.start(
                HttpSettings.of("127.0.0.1", 0),
                Listener.Parts.of(
                        List.of(),
                        new Admission(_ -> Optional.empty(), AcmeTest::nobody),
                        work -> work.get()),
                new TlsSettings(0, true, Duration.ZERO),
                identity);
    }

    private static Caller.User nobody(App app, String token) {
        throw new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token");
    }
}
