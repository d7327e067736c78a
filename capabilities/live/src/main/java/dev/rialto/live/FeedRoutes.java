package dev.rialto.live;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.ObjectSchemas;
import dev.rialto.spi.Watching;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Feeds of changes as server-sent events, for clients without an SDK.
final class FeedRoutes {
    private static final String LAST_EVENT = "Last-Event-ID";

    private static final Set<String> KNOWN =
            Set.of("where", "keys", "watch", "include", "lastEventId");

    private final Subscriptions subscriptions;
    private final LiveSettings settings;
    private final Timing timing;
    private final Semaphore room;

    FeedRoutes(Subscriptions subscriptions, LiveSettings settings, Timing timing) {
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.timing = timing;
        this.room = new Semaphore(settings.maxFeeds());
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("live.feed", "/feeds/{className}")
                        .summary("Sends the changes of a class as server-sent events.")
                        .query(
                                "where",
                                ObjectSchemas.WHERE,
                                "A condition for the objects; all by default.")
                        .query("keys", JsonSchema.string(), "The fields to send.")
                        .query("watch", JsonSchema.string(), "Send only updates of these fields.")
                        .query("include", JsonSchema.string(), "The pointers to follow.")
                        .query("lastEventId", JsonSchema.string(), "As the header.")
                        .header(LAST_EVENT, "The id of the last event received before a break.")
                        .produces("text/event-stream")
                        .errors(ErrorCode.INVALID_QUERY, ErrorCode.OPERATION_FORBIDDEN)
                        .handle(this::feed));
    }

    private Answer feed(Call call) {
        Watching.Request request = request(call);
        Guest guest =
                call.caller() instanceof Caller.User user
                        ? new Guest(
                                call.app(),
                                new Caller.Anonymous(),
                                Optional.of(user.sessionToken()))
                        : new Guest(call.app(), call.caller(), Optional.empty());
        Optional<String> lastEvent =
                call.header(LAST_EVENT)
                        .or(() -> text(call, "lastEventId"))
                        .filter(id -> !id.isEmpty());
        subscriptions.requireAllowed(guest, request);
        var feed = new Feed(subscriptions, guest, request, lastEvent, settings.heartbeat(), timing);
        return Answer.events(events -> {
            if (!room.tryAcquire()) {
                events.send("", "error", "{\"code\":1503,\"error\":\"too many feeds\"}");
                return;
            }
            try {
                feed.run(events);
            } finally {
                room.release();
            }
        });
    }

    private static Watching.Request request(Call call) {
        for (String name : call.parameters().propertyNames()) {
            if (!KNOWN.contains(name)) {
                throw new RialtoException(
                        ErrorCode.INVALID_QUERY, "Invalid parameter for a feed: " + name);
            }
        }
        return new Watching.Request(
                call.path("className"),
                where(call.parameters().get("where")),
                text(call, "keys").map(FeedRoutes::names),
                text(call, "watch").map(FeedRoutes::names).orElse(List.of()),
                text(call, "include").map(FeedRoutes::names).orElse(List.of()));
    }

    private static ObjectNode where(@Nullable JsonNode given) {
        if (given == null) {
            return Json.object();
        }
        try {
            JsonNode where = given.isString() ? Json.read(given.asString()) : given;
            if (where instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException notJson) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "where is not JSON", notJson);
        }
        throw new RialtoException(ErrorCode.INVALID_QUERY, "where must be a JSON object");
    }

    private static Optional<String> text(Call call, String name) {
        JsonNode value = call.parameters().get(name);
        return value == null ? Optional.empty() : Optional.of(value.asString(""));
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(",")).map(String::trim).filter(n -> !n.isEmpty()).toList();
    }
}
