package dev.rialto.openid;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ClientNetwork;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Limits how often clients may fail at the token endpoint. A client is limited per address, so
/// that nobody can shut out a client by failing in its name. What is guessed there has 256 bits, so
/// each node may count on its own.
final class FailureLimit {
    private static final int MAX_PER_CLIENT = 30;
    private static final int MAX_PER_ADDRESS = 300;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_REMEMBERED = 100_000;
    private static final int MAX_KEY = 200;

    private final InstantSource clock;
    private final Cache<String, Tally> tallies =
            Caffeine.newBuilder()
                    .maximumSize(MAX_REMEMBERED)
                    .expireAfterWrite(WINDOW.multipliedBy(2))
                    .build();

    FailureLimit(InstantSource clock) {
        this.clock = clock;
    }

    private record Tally(Instant since, AtomicInteger failures) {}

    /// How long to wait before the next attempt; empty when it may be made now.
    Optional<Duration> delay(App app, String client, String address) {
        return over(ofClient(app, client, address), MAX_PER_CLIENT)
                .or(() -> over(ofAddress(app, address), MAX_PER_ADDRESS));
    }

    private Optional<Duration> over(String key, int max) {
        Tally tally = tallies.getIfPresent(key);
        if (tally == null || tally.failures().get() < max) {
            return Optional.empty();
        }
        Duration left = Duration.between(clock.instant(), tally.since().plus(WINDOW));
        return left.isPositive() ? Optional.of(left) : Optional.empty();
    }

    void failed(App app, String client, String address) {
        count(ofClient(app, client, address));
        count(ofAddress(app, address));
    }

    private void count(String key) {
        Instant now = clock.instant();
        tallies.asMap()
                .compute(
                        key,
                        (_, known) ->
                                known == null || !now.isBefore(known.since().plus(WINDOW))
                                        ? new Tally(now, new AtomicInteger())
                                        : known)
                .failures()
                .incrementAndGet();
    }

    private static String ofClient(App app, String client, String address) {
        return app.schema()
                + "\n"
                + ClientNetwork.of(address)
                + "\n"
                + client.substring(0, Math.min(client.length(), MAX_KEY));
    }

    private static String ofAddress(App app, String address) {
        return app.schema() + "\n" + ClientNetwork.of(address);
    }
}
