package dev.rialto.sync;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where a client's copy stands. It is not secret and grants nothing: each request decides again
/// what may be read.
///
/// @param position where the changes begin that the client doesn't know
/// @param asker [Fingerprint] of app and caller
/// @param request [Fingerprint] of what was asked for
/// @param walk where the first copy goes on; empty once it is complete
record SyncToken(LogPosition position, String asker, String request, Optional<Walk> walk) {
    private static final int VERSION = 1;
    private static final int MAX_LENGTH = 1_000;

    /// A place in the walk through all classes.
    ///
    /// @param at the index of the class
    /// @param cursor the next page in it; empty for the first
    record Walk(int at, Optional<String> cursor) {}

    SyncToken walking(Optional<Walk> next) {
        return new SyncToken(position, asker, request, next);
    }

    SyncToken at(LogPosition next) {
        return new SyncToken(next, asker, request, Optional.empty());
    }

    String write() {
        ObjectNode parts = Json.object();
        parts.put("v", VERSION).put("p", position.token()).put("a", asker).put("r", request);
        walk.ifPresent(place -> {
            parts.put("w", place.at());
            place.cursor().ifPresent(cursor -> parts.put("c", cursor));
        });
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.write(parts).getBytes(StandardCharsets.UTF_8));
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws RialtoException INVALID_QUERY
    static SyncToken read(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid();
        }
        JsonNode parts;
        try {
            parts = Json.read(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException | JacksonException notAToken) {
            throw invalid();
        }
        if (parts.path("v").asInt(0) != VERSION) {
            throw invalid();
        }
        Optional<Walk> walk = Optional.empty();
        if (parts.has("w")) {
            int at = parts.path("w").asInt(-1);
            if (at < 0) {
                throw invalid();
            }
            walk =
                    Optional.of(
                            new Walk(
                                    at,
                                    Optional.ofNullable(parts.get("c"))
                                            .map(cursor -> cursor.asString(""))));
        }
        return new SyncToken(
                LogPosition.read(parts.path("p").asString("")).orElseThrow(SyncToken::invalid),
                parts.path("a").asString(""),
                parts.path("r").asString(""),
                walk);
    }

    private static RialtoException invalid() {
        return new RialtoException(ErrorCode.INVALID_QUERY, "token must be one returned by sync");
    }
}
