package dev.rialto.schema;

import dev.rialto.model.ClassSchema;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Caches the committed classes of each app on this node. What was read from the database while a
/// class changed is not kept, because it may be stale.
final class SchemaCache {
    /// The classes of an app.
    ///
    /// @param classes by name
    /// @param stale names of those that have changed since and must be read again
    record Known(Map<String, ClassSchema> classes, Set<String> stale) {
        boolean isFresh() {
            return stale.isEmpty();
        }
    }

    private final Map<String, Known> apps = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /// The cached classes of an app; null if all must be read.
    @Nullable Known get(String appSchema) {
        return apps.get(appSchema);
    }

    /// Counts changes. Must be read before the classes that are passed to [#put].
    long changes() {
        return changes.get();
    }

    /// Caches what was read, unless something has changed since.
    ///
    /// @param since what [#changes] was before the reading
    void put(String appSchema, Map<String, ClassSchema> classes, long since) {
        apps.compute(
                appSchema,
                (_, known) ->
                        changes.get() == since ? new Known(Map.copyOf(classes), Set.of()) : known);
    }

    /// Marks one class as changed.
    void changed(String appSchema, String className) {
        apps.compute(
                appSchema,
                (_, known) -> {
                    changes.incrementAndGet();
                    if (known == null) {
                        return null;
                    }
                    Set<String> stale = new HashSet<>(known.stale());
                    stale.add(className);
                    return new Known(known.classes(), Set.copyOf(stale));
                });
    }

    void forget(String appSchema) {
        apps.compute(
                appSchema,
                (_, _) -> {
                    changes.incrementAndGet();
                    return null;
                });
    }

    void forgetAll() {
        changes.incrementAndGet();
        apps.clear();
    }
}
