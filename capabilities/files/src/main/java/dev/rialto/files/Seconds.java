package dev.rialto.files;

import dev.rialto.http.Call;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/// Lengths of time in the bodies of requests, as numbers of seconds.
final class Seconds {
    private Seconds() {}

    /// Reads one.
    ///
    /// @param usual if the body has none
    /// @throws RialtoException INVALID_QUERY
    static Duration of(Call call, String key, Duration usual, Duration least, Duration most) {
        JsonNode seconds = call.body().path(key);
        if (seconds.isMissingNode()) {
            return usual;
        }
        if (!seconds.isIntegralNumber()
                || !seconds.canConvertToLong()
                || seconds.longValue() < least.toSeconds()
                || seconds.longValue() > most.toSeconds()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "%s must be a number of seconds from %d to %d"
                            .formatted(key, least.toSeconds(), most.toSeconds()));
        }
        return Duration.ofSeconds(seconds.longValue());
    }
}
