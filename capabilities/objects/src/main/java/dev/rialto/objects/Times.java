package dev.rialto.objects;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Value;
import dev.rialto.model.ValueReader;
import dev.rialto.spi.Draft;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// When a new object was created and last changed.
record Times(Instant createdAt, Instant updatedAt) {
    /// Now, except for the holder of the maintenance key, who moves objects and may say when they
    /// were made.
    ///
    /// @throws RialtoException VALIDATION_FAILED when it was changed before it was created
    static Times of(Draft draft, Instant now) {
        Optional<Instant> created =
                draft.caller() instanceof Caller.Maintenance
                        ? time(draft.fields().path("createdAt"))
                        : Optional.empty();
        if (created.isEmpty()) {
            return new Times(now, now);
        }
        Instant updated = time(draft.fields().path("updatedAt")).orElse(created.get());
        if (updated.isBefore(created.get())) {
            throw new RialtoException(
                    ErrorCode.VALIDATION_FAILED, "updatedAt cannot occur before createdAt");
        }
        return new Times(created.get(), updated);
    }

    private static Optional<Instant> time(JsonNode wire) {
        return wire.isObject() && ValueReader.read(wire) instanceof Value.Date(var time)
                ? Optional.of(time)
                : Optional.empty();
    }
}
