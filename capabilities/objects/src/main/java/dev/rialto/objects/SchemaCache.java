package dev.rialto.objects;

import dev.rialto.model.ClassSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The classes of each app as this node knows them. What was read from the database while a class
/// changed is not kept, since it may be the state from before.
final class SchemaCache {
    private final Map<String, Map<String, ClassSchema>> apps = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /// The classes of an app by name; null when they must be read.
    @Nullable Map<String, ClassSchema> get(String appSchema) {
        return apps.get(appSchema);
    }

    /// Counts what has changed. To be asked before classes are read for [#put].
    long changes() {
        return changes.get();
    }

    /// Keeps what was read, unless something changed since.
    ///
    /// @param since what [#changes] was before the reading
    void put(String appSchema, Map<String, ClassSchema> classes, long since) {
        apps.compute(appSchema, (_, known) -> changes.get() == since ? Map.copyOf(classes) : known);
    }

    /// Puts one class in the place of what it was before.
    void replace(String appSchema, ClassSchema schema) {
        apps.compute(
                appSchema,
                (_, known) -> {
                    changes.incrementAndGet();
                    if (known == null) {
                        return null;
                    }
                    Map<String, ClassSchema> classes = new HashMap<>(known);
                    classes.put(schema.name(), schema);
                    return Map.copyOf(classes);
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
