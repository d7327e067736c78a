package dev.rialto.objects;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Settings of objects.
///
/// @param clientClassCreation whether clients without the master key may create classes by writing
///   to them
/// @param idempotencyTtl how long a request id is remembered
/// @param maxLimit the maximum number of objects that a query returns
/// @param maxAnswer the maximum size of a query's response in bytes
/// @param cache the maximum size of the read cache in bytes; 0 disables it
public record ObjectsSettings(
        boolean clientClassCreation,
        Duration idempotencyTtl,
        int maxLimit,
        long maxAnswer,
        long cache) {
    public ObjectsSettings {
        if (maxLimit < 1) {
            throw new IllegalArgumentException("objects.max-limit must be at least 1");
        }
        if (maxAnswer < 1) {
            throw new IllegalArgumentException("objects.max-answer must be at least 1");
        }
        if (idempotencyTtl.isNegative() || idempotencyTtl.isZero()) {
            throw new IllegalArgumentException("objects.idempotency-ttl must be positive");
        }
    }

    public static ObjectsSettings defaults() {
        return new ObjectsSettings(true, Duration.ofMinutes(5), 100_000, 32L << 20, 64L << 20);
    }

    /// Reads the operator's settings.
    public static ObjectsSettings read(Settings in) {
        ObjectsSettings standard = defaults();
        boolean creation = in.yes("objects.client-class-creation", standard.clientClassCreation());
        var ttl = in.duration("objects.idempotency-ttl", standard.idempotencyTtl());
        int limit = in.integer("objects.max-limit", standard.maxLimit());
        long answer = in.bytes("objects.max-answer", standard.maxAnswer());
        long cache = in.bytes("objects.cache", standard.cache());
        return in.build(standard, () -> new ObjectsSettings(creation, ttl, limit, answer, cache));
    }
}
