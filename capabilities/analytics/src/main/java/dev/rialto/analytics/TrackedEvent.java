package dev.rialto.analytics;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One event as a client reports it.
///
/// @param day in UTC
/// @param dimensions Strings by name, which tell apart events of one name
record TrackedEvent(LocalDate day, String name, ObjectNode dimensions) {
    private static final int MAX_NAME_LENGTH = 128;
    private static final int MAX_DIMENSIONS = 8;

    /// What fits the key of an index.
    private static final int MAX_DIMENSIONS_SIZE = 1_000;

    /// Clients report late what happened while they were offline. Events of any day would let
    /// strangers fill the table.
    private static final Duration BEHIND = Duration.ofDays(7);

    private static final Duration AHEAD = Duration.ofDays(1);

    /// Reads an event.
    ///
    /// @throws RialtoException INVALID_VALUE
    static TrackedEvent read(String name, ObjectNode body, Instant now) {
        if (name.length() > MAX_NAME_LENGTH) {
            throw invalid("the name of an event must have at most 128 characters");
        }
        return new TrackedEvent(
                day(body.path("at"), now), name, dimensions(body.path("dimensions")));
    }

    private static LocalDate day(JsonNode at, Instant now) {
        Instant time = at.isMissingNode() || at.isNull() ? now : time(at);
        if (time.isBefore(now.minus(BEHIND)) || time.isAfter(now.plus(AHEAD))) {
            throw invalid("at must be within the last 7 days, and not in the future");
        }
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    private static Instant time(JsonNode at) {
        try {
            return OffsetDateTime.parse(at.path("iso").asString("")).toInstant();
        } catch (DateTimeException wrong) {
            throw invalid("at must be a Date, such as {\"__type\":\"Date\",\"iso\":\"...Z\"}");
        }
    }

    private static ObjectNode dimensions(JsonNode given) {
        if (given.isMissingNode() || given.isNull()) {
            return Json.object();
        }
        int size = Json.write(given).getBytes(StandardCharsets.UTF_8).length;
        if (!(given instanceof ObjectNode dimensions)
                || dimensions.size() > MAX_DIMENSIONS
                || size > MAX_DIMENSIONS_SIZE
                || !dimensions.values().stream().allMatch(JsonNode::isString)) {
            throw invalid("dimensions must be up to 8 Strings by name, 1000 bytes in all");
        }
        return dimensions;
    }

    private static RialtoException invalid(String why) {
        return new RialtoException(ErrorCode.INVALID_VALUE, why);
    }
}
