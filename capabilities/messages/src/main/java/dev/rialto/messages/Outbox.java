package dev.rialto.messages;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider.Outgoing;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The messages of all apps that wait to be sent, and what became of the others. A node leases
/// those that it sends; when it dies, another node takes them once the lease is over.
final class Outbox {
    /// What a node gets at least to hand a message over.
    static final Duration LEASE = Duration.ofMinutes(2);

    private static final String SHOWN =
            "id, channel, recipient, template, language, subject, body, state, attempts, due_at,"
                    + " provider, provider_id, error, created_at, finished_at";

    private final Database database;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    Outbox(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// A message whose text is made.
    record Written(
            Channel channel,
            String recipient,
            String template,
            String language,
            Templates.Text text) {}

    /// A message that this node is to hand over.
    ///
    /// @param attempts that began, this one included
    record Leased(Outgoing message, int attempts, Instant createdAt) {}

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

    /// Adds a message.
    ///
    /// @return its id
    String add(App app, Written message) {
        String id = ids.hex(16);
        boolean isSuppressed = isSuppressed(app, message.recipient());
        Instant now = clock.instant();
        database.update(
                Sql.of(
                        "insert into rialto.message (id, app, channel, recipient, template,"
                                + " language, subject, body, html, state, due_at, created_at,"
                                + " finished_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                + " ?::timestamptz, ?::timestamptz, ?::timestamptz)",
                        id,
                        app.id(),
                        message.channel().text(),
                        message.recipient(),
                        message.template(),
                        message.language(),
                        message.text().subject(),
                        isSuppressed ? "" : message.text().body(),
                        isSuppressed ? "" : message.text().html(),
                        isSuppressed ? "suppressed" : "waiting",
                        now,
                        now,
                        isSuppressed ? now : null));
        return id;
    }

    /// Leases messages that are due, the first of each app first: no app waits for all that another
    /// one sends.
    ///
    /// @param channels that can be sent
    /// @param node who takes them
    List<Leased> take(List<Channel> channels, String node, int most) {
        Instant now = clock.instant();
        return database.query(
                Sql.of(
                        "update rialto.message as m set leased_by = ?, leased_until ="
                                + " ?::timestamptz, attempts = attempts + 1 where id in (select"
                                + " next.id from rialto.app cross join lateral (select id, due_at,"
                                + " row_number() over (order by due_at) as turn from (select id,"
                                + " due_at from rialto.message where app = app.id and state ="
                                + " 'waiting' and due_at <= ?::timestamptz and leased_until <="
                                + " ?::timestamptz and channel = any (?) order by due_at limit ?"
                                + " for update skip locked) as due) as next order by next.turn,"
                                + " next.due_at limit ?) returning id, app, channel, recipient,"
                                + " subject, body, html, attempts, created_at",
                        node,
                        now.plus(LEASE),
                        now,
                        now,
                        channels.stream().map(Channel::text).toArray(String[]::new),
                        most,
                        most),
                row ->
                        new Leased(
                                new Outgoing(
                                        row.getString(1),
                                        row.getString(2),
                                        Channel.of(row.getString(3)),
                                        row.getString(4),
                                        row.getString(5),
                                        row.getString(6),
                                        row.getString(7)),
                                row.getInt(8),
                                instant(row, 9)));
    }

    /// A provider has accepted a message.
    ///
    /// @param kept whether its text stays, as nobody else has it
    void accepted(Outgoing message, String provider, String providerId, boolean kept) {
        finish(message, "sent", kept, provider, providerId, "");
    }

    /// A message is given up.
    void failed(Outgoing message, String provider, String error) {
        finish(message, "failed", true, provider, "", error);
    }

    private void finish(
            Outgoing message,
            String state,
            boolean kept,
            String provider,
            String providerId,
            String error) {
        database.update(
                Sql.of(
                                "update rialto.message set state = ?, provider = ?, provider_id = ?,"
                                        + " error = ?, finished_at = ?::timestamptz",
                                state,
                                provider,
                                providerId,
                                error,
                                clock.instant())
                        .add(kept ? "" : ", body = '', html = ''")
                        .add(" where id = ?", message.id()));
    }

    /// A message is tried again later.
    void postpone(Outgoing message, String node, Instant until, String provider, String error) {
        database.update(
                Sql.of(
                        "update rialto.message set due_at = ?::timestamptz, leased_until ="
                                + " '-infinity', provider = ?, error = ? where id = ? and leased_by"
                                + " = ?",
                        until,
                        provider,
                        error,
                        message.id(),
                        node));
    }

    /// Lets a message that failed be tried again at once.
    ///
    /// @return whether there is such a message
    boolean retry(App app, String id) {
        Instant now = clock.instant();
        return database.update(
                        Sql.of(
                                "update rialto.message set state = 'waiting', attempts = 0, due_at ="
                                        + " ?::timestamptz, created_at = ?::timestamptz, finished_at"
                                        + " = null, leased_until = '-infinity' where app = ? and id"
                                        + " = ? and state = 'failed'",
                                now,
                                now,
                                app.id(),
                                id))
                > 0;
    }

    /// The newest messages of an app.
    ///
    /// @param state of these only
    List<Shown> list(App app, Optional<String> state, int most) {
        Sql query = Sql.of("select " + SHOWN + " from rialto.message where app = ?", app.id());
        state.ifPresent(wanted -> query.add(" and state = ?", wanted));
        return database.query(
                query.add(" order by created_at desc, id limit ?", most), Outbox::shown);
    }

    Optional<Shown> find(App app, String id) {
        return database.queryFirst(
                Sql.of(
                        "select " + SHOWN + " from rialto.message where app = ? and id = ?",
                        app.id(),
                        id),
                Outbox::shown);
    }

    /// Removes the messages of an app that are done for so long.
    void prune(App app, Duration keep) {
        database.update(
                Sql.of(
                        "delete from rialto.message where app = ? and state <> 'waiting' and"
                                + " created_at < ?::timestamptz",
                        app.id(),
                        clock.instant().minus(keep)));
    }

    /// How many messages wait.
    long waiting() {
        return database.queryFirst(
                        Sql.of("select count(*) from rialto.message where state = 'waiting'"),
                        row -> row.getLong(1))
                .orElse(0L);
    }

    boolean isSuppressed(App app, String recipient) {
        return database.queryFirst(
                        Sql.of(
                                "select 1 from rialto.message_suppression where app = ? and"
                                        + " recipient = ?",
                                app.id(),
                                Recipients.folded(recipient)),
                        row -> row.getInt(1))
                .isPresent();
    }

    /// Sends an address nothing more.
    void suppress(String app, String recipient, String reason) {
        database.update(
                Sql.of(
                        "insert into rialto.message_suppression values (?, ?, ?, ?::timestamptz) on"
                                + " conflict (app, recipient) do update set reason ="
                                + " excluded.reason",
                        app,
                        Recipients.folded(recipient),
                        reason,
                        clock.instant()));
    }

    /// @return whether it was suppressed
    boolean allow(App app, String recipient) {
        return database.update(
                        Sql.of(
                                "delete from rialto.message_suppression where app = ? and recipient"
                                        + " = ?",
                                app.id(),
                                Recipients.folded(recipient)))
                > 0;
    }

    /// An address that is sent nothing more.
    record Suppressed(String recipient, String reason, Instant createdAt) {}

    List<Suppressed> suppressed(App app, int most) {
        return database.query(
                Sql.of(
                        "select recipient, reason, created_at from rialto.message_suppression where"
                                + " app = ? order by created_at desc, recipient limit ?",
                        app.id(),
                        most),
                row -> new Suppressed(row.getString(1), row.getString(2), instant(row, 3)));
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

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
