package dev.rialto.limits;

import dev.rialto.kernel.Durations;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Limits as clients send and read them.
final class LimitsJson {
    /// Each call is counted by every limit that is about it.
    private static final int MAX_LIMITS = 20;

    private static final Set<String> FIELDS = Set.of("operations", "calls", "time", "by");

    private LimitsJson() {}

    /// @throws RialtoException INVALID_VALUE
    static List<RateLimit> read(ObjectNode body) {
        if (!(body.get("limits") instanceof ArrayNode list) || body.size() != 1) {
            throw wrong("the body must be {\"limits\": [...]}");
        }
        if (list.size() > MAX_LIMITS) {
            throw wrong("an app may have %d limits".formatted(MAX_LIMITS));
        }
        List<RateLimit> limits = new ArrayList<>();
        for (JsonNode each : list) {
            limits.add(read(each, limits.size()));
        }
        RateLimit.repeated(limits)
                .ifPresent(twice -> {
                    throw wrong("the limit " + twice + " is there twice");
                });
        return limits;
    }

    private static RateLimit read(JsonNode limit, int index) {
        try {
            if (!limit.isObject() || !Set.copyOf(limit.propertyNames()).equals(FIELDS)) {
                throw new IllegalArgumentException("must have operations, calls, time and by");
            }
            if (!limit.get("calls").isInt()) {
                throw new IllegalArgumentException(
                        "calls must be from 1 to " + RateLimit.MAX_CALLS);
            }
            return new RateLimit(
                    limit.get("operations").stringValue(""),
                    limit.get("calls").intValue(),
                    time(limit.get("time").stringValue("")),
                    RateLimit.By.named(limit.get("by").stringValue(""))
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "by must be one of "
                                                    + String.join(
                                                            ", ", RateLimit.By.wireNames()))));
        } catch (IllegalArgumentException wrong) {
            throw wrong("limits[%d]: %s".formatted(index, wrong.getMessage()));
        }
    }

    private static Duration time(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("time must be " + wrong.getMessage(), wrong);
        }
    }

    static RialtoException wrong(String message) {
        return new RialtoException(ErrorCode.INVALID_VALUE, message);
    }

    static ArrayNode write(List<RateLimit> limits) {
        ArrayNode list = Json.nodes().arrayNode();
        for (RateLimit each : limits) {
            list.addObject()
                    .put("operations", each.operations())
                    .put("calls", each.calls())
                    .put("time", Durations.format(each.time()))
                    .put("by", each.by().wireName());
        }
        return list;
    }
}
