package dev.rialto.sdk.testing;

import dev.rialto.sdk.Cache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A cache that forgets by the test's clock and not otherwise.
public final class MemoryCache implements Cache {
    private final Clock clock;
    private final Map<String, Kept> values = new ConcurrentHashMap<>();

    private record Kept(String value, Instant until) {}

    MemoryCache(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key))
                .filter(each -> clock.instant().isBefore(each.until))
                .map(Kept::value);
    }

    @Override
    public void put(String key, String value, Duration keptFor) {
        values.put(key, new Kept(value, clock.instant().plus(keptFor)));
    }

    @Override
    public void remove(String key) {
        values.remove(key);
    }
}
