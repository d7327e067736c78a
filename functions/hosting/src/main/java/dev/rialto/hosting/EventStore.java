package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Change;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The events that an app's functions publish: rows of a table of the app, from which the change
/// log carries them to their subscribers in order with everything else. The table is no class, so
/// that no route of objects reaches it, and no key.
public final class EventStore implements HostServices.Events {
    /// The table, as the change log names it.
    static final String TABLE = "_event";

    private static final Pattern TOPIC = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,254}");
    private static final int MAX_LENGTH = 1 << 20;

    /// Events are kept for so long, to be looked at.
    private static final Duration KEPT = Duration.ofDays(7);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    public EventStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void publish(App app, String topic, JsonNode payload) {
        if (!TOPIC.matcher(topic).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE,
                    "the topic \""
                            + topic
                            + "\" must be letters, digits, dots, dashes and underscores,"
                            + " beginning with a letter, e.g. order.paid");
        }
        if (database.isFull()) {
            throw new RialtoException(
                    ErrorCode.STORAGE_FULL, "The server's disk is full: the event was not stored.");
        }
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app))
                        .add(
                                " (id, topic, payload, published_at)"
                                        + " VALUES (?, ?, ?::jsonb, ?::timestamptz)",
                                ids.objectId(),
                                topic,
                                text(payload),
                                clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    private static String text(JsonNode payload) {
        String text;
        try {
            text = Json.write(payload);
            // As deep as it will be read again, in its row.
            Json.read("[" + text + "]");
        } catch (JacksonException unstorable) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "the event can't be stored: " + unstorable.getOriginalMessage(),
                    unstorable);
        }
        if (text.length() > MAX_LENGTH) {
            throw new RialtoException(
                    ErrorCode.OBJECT_TOO_LARGE,
                    "an event is limited to " + MAX_LENGTH + " characters, not " + text.length());
        }
        return text;
    }

    /// What a subscriber is told of a logged row.
    ///
    /// @return empty when it is of another topic
    static Optional<ObjectNode> told(Change change, String topic) {
        if (change.after().isEmpty()) {
            return Optional.empty();
        }
        JsonNode row = Json.read(change.after().get());
        if (!row.path("topic").asString("").equals(topic)) {
            return Optional.empty();
        }
        Instant at = OffsetDateTime.parse(row.path("published_at").asString("")).toInstant();
        ObjectNode event =
                Json.object()
                        .put("id", row.path("id").asString(""))
                        .put("topic", topic)
                        .put("publishedAt", at.toString());
        event.set("payload", row.path("payload"));
        return Optional.of(event);
    }

    @Override
    public void tidy(App app) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app))
                        .add(" WHERE published_at < ?::timestamptz", clock.instant().minus(KEPT)));
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName(TABLE);
    }
}
