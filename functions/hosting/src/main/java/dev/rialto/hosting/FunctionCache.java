package dev.rialto.hosting;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Short-lived values of micro apps on this node. Each app has an equal share of the memory for
/// them: what one puts in never drives out what another did.
final class FunctionCache {
    private static final long MAX_CHARACTERS = 32L << 20;

    /// @param schema of the app
    record Key(String schema, String microApp, String name) {}

    private record Entry(String value, Duration keptFor) {}

    private final Timing timing;
    private final Map<String, Cache<Key, Entry>> apps = new ConcurrentHashMap<>();

    FunctionCache(Timing timing) {
        this.timing = timing;
    }

    Optional<String> get(Key key) {
        Cache<Key, Entry> entries = apps.get(key.schema());
        return entries == null
                ? Optional.empty()
                : Optional.ofNullable(entries.getIfPresent(key)).map(Entry::value);
    }

    void put(Key key, String value, Duration keptFor) {
        Cache<Key, Entry> entries = apps.get(key.schema());
        if (entries == null) {
            entries = another(key.schema());
        }
        entries.put(key, new Entry(value, keptFor));
    }

    void remove(Key key) {
        Cache<Key, Entry> entries = apps.get(key.schema());
        if (entries != null) {
            entries.invalidate(key);
        }
    }

    private synchronized Cache<Key, Entry> another(String schema) {
        Cache<Key, Entry> entries = apps.computeIfAbsent(schema, _ -> ofApp());
        long each = MAX_CHARACTERS / apps.size();
        apps.values()
                .forEach(cache ->
                        cache.policy().eviction().ifPresent(size -> size.setMaximum(each)));
        return entries;
    }

    private Cache<Key, Entry> ofApp() {
        return Caffeine.newBuilder()
                .ticker(timing::nanos)
                .maximumWeight(MAX_CHARACTERS)
                .weigher((Key key, Entry entry) ->
                        100 + key.name().length() + entry.value().length())
                .expireAfter(Expiry.writing((Key _, Entry entry) -> entry.keptFor()))
                .build();
    }
}
