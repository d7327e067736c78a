package dev.rialto.messages;

import dev.rialto.kernel.App;
import dev.rialto.messages.spi.Channel;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The messages of an app as its owner sees them.
final class MessageList {
    private static final String SHOWN =
            "id, channel, recipient, template, language, subject, body, state, attempts, due_at,"
                    + " provider, provider_id, error, created_at, finished_at";

    private final Database database;

    MessageList(Database database) {
        this.database = database;
    }

    /// A message as it is shown.
    ///
    /// @param body empty once it was sent
    record Shown(
            String id,
            Channel channel,
            String recipient,
            String template,
            String language,
            String subject,
            String body,
            String state,
            int attempts,
            Instant dueAt,
            String provider,
            String providerId,
            String error,
            Instant createdAt,
            Optional<Instant> finishedAt) {}

    /// The newest messages of an app.
    ///
    /// @param state of these only
    List<Shown> list(App app, Optional<String> state, int most) {
        Sql query = Sql.of("select " + SHOWN + " from rialto.message where app = ?", app.id());
        state.ifPresent(wanted -> query.add(" and state = ?", wanted));
        return database.query(
                query.add(" order by created_at desc, id limit ?", most), MessageList::shown);
    }

    Optional<Shown> find(App app, String id) {
        return database.queryFirst(
                Sql.of(
                        "select " + SHOWN + " from rialto.message where app = ? and id = ?",
                        app.id(),
                        id),
                MessageList::shown);
    }

    private static Shown shown(ResultSet row) throws SQLException {
        return new Shown(
                row.getString(1),
                Channel.of(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getInt(9),
                instant(row, 10),
                row.getString(11),
                row.getString(12),
                row.getString(13),
                instant(row, 14),
                Optional.ofNullable(time(row, 15)));
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
