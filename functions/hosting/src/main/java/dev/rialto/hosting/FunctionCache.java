package dev.rialto.hosting;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.Optional;

/// Short-lived values of micro apps on this node.
final class FunctionCache {
    private static final long MOST_CHARACTERS = 32L << 20;

    /// @param schema of the app
    record Key(String schema, String microApp, String name) {}

    private record Entry(String value, Duration keptFor) {}

    private final Cache<Key, Entry> entries =
            Caffeine.newBuilder()
                    .maximumWeight(MOST_CHARACTERS)
                    .weigher((Key key, Entry entry) ->
                            100 + key.name().length() + entry.value().length())
                    .expireAfter(Expiry.writing((Key _, Entry entry) -> entry.keptFor()))
                    .build();

    Optional<String> get(Key key) {
        return Optional.ofNullable(entries.getIfPresent(key)).map(Entry::value);
    }

    void put(Key key, String value, Duration keptFor) {
        entries.put(key, new Entry(value, keptFor));
    }

    void remove(Key key) {
        entries.invalidate(key);
    }
}
