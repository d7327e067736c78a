package dev.rialto.messages;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.Outgoing;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The messages of all apps that wait to be sent, and what became of the others. A node leases
/// those that it sends; when it dies, another node takes them once the lease is over.
final class Outbox {
    /// What a node gets at least to hand a message over.
    static final Duration LEASE = Duration.ofMinutes(2);

    /// How many messages an app's owner may send as a test within [#TEST_WINDOW]: they go to any
    /// address, whether its owner wants them or not.
    static final int MAX_TESTS = 20;

    private static final Duration TEST_WINDOW = Duration.ofHours(1);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    Outbox(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// A message whose text is made.
    ///
    /// @param isTest whether the owner of the app tries out how it looks
    record Written(
            Channel channel,
            String recipient,
            String template,
            String language,
            Templates.Text text,
            boolean isTest) {}

    /// A message that this node is to hand over.
    ///
    /// @param lease differs from that of any other attempt
    /// @param attempts that began, this one included
    /// @param triedSince when the first one was due
    record Leased(Outgoing message, String lease, int attempts, Instant triedSince) {}

    /// Adds a message.
    ///
    /// @return its id
    String add(App app, Written message) {
        String id = ids.hex(16);
        boolean isSuppressed = isSuppressed(app.id(), message.recipient());
        Instant now = clock.instant();
        database.update(
                Sql.of(
                        "insert into rialto.message (id, app, channel, recipient, template,"
                                + " language, subject, body, html, is_test, state, due_at,"
                                + " tried_since, created_at, finished_at) values (?, ?, ?, ?, ?, ?,"
                                + " ?, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz, ?::timestamptz,"
                                + " ?::timestamptz)",
                        id,
                        app.id(),
                        message.channel().text(),
                        message.recipient(),
                        message.template(),
                        message.language(),
                        message.text().subject(),
                        isSuppressed ? "" : message.text().body(),
                        isSuppressed ? "" : message.text().html(),
                        message.isTest(),
                        isSuppressed ? "suppressed" : "waiting",
                        now,
                        now,
                        now,
                        isSuppressed ? now : null));
        return id;
    }

    /// Makes sure that an app has not sent too many tests. Call it in the transaction that adds
    /// one: others wait until it ends.
    ///
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED when it has
    void requireTest(App app) {
        database.query(
                Sql.of(
                        "select pg_advisory_xact_lock(hashtextextended(?, 0))",
                        "rialto.messages.test " + app.id()),
                _ -> app);
        Instant now = clock.instant();
        database.queryFirst(
                        Sql.of(
                                "select created_at from rialto.message where app = ? and is_test and"
                                        + " created_at > ?::timestamptz order by created_at desc"
                                        + " offset ? limit 1",
                                app.id(),
                                now.minus(TEST_WINDOW),
                                MAX_TESTS - 1),
                        row -> MessageList.instant(row, 1))
                .ifPresent(earliest -> {
                    throw new RialtoException(
                            ErrorCode.REQUEST_LIMIT_EXCEEDED,
                            "an app can send " + MAX_TESTS + " test messages an hour",
                            Duration.between(now, earliest.plus(TEST_WINDOW)));
                });
    }

    /// Leases messages that are due, of each app those first that have been due longest: no app
    /// waits for all that another one sends.
    ///
    /// @param channels that can be sent
    /// @param node who takes them
    List<Leased> take(List<Channel> channels, String node, int most) {
        Instant now = clock.instant();
        String lease = node + "/" + ids.hex(8);
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
                                + " subject, body, html, attempts, tried_since",
                        lease,
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
                                lease,
                                row.getInt(8),
                                MessageList.instant(row, 9)));
    }

    /// A provider has accepted a message.
    ///
    /// @return as [#update]
    boolean accepted(Leased message, MessageProvider provider, String providerId) {
        return finish(message, "sent", !provider.delivers(), provider.name(), providerId, "");
    }

    /// A message is given up.
    ///
    /// @return as [#update]
    boolean failed(Leased message, String provider, String error) {
        return finish(message, "failed", true, provider, "", error);
    }

    /// A message is not sent, as its recipient is sent nothing more.
    ///
    /// @return as [#update]
    boolean suppressed(Leased message) {
        return finish(message, "suppressed", false, "", "", "");
    }

    private boolean finish(
            Leased message,
            String state,
            boolean isTextKept,
            String provider,
            String providerId,
            String error) {
        return update(
                message,
                Sql.of(
                                "state = ?, provider = ?, provider_id = ?, error = ?, finished_at ="
                                        + " ?::timestamptz",
                                state,
                                provider,
                                providerId,
                                error,
                                clock.instant())
                        .add(isTextKept ? "" : ", body = '', html = ''"));
    }

    /// A message is tried again later.
    ///
    /// @return as [#update]
    boolean postpone(Leased message, Instant until, String provider, String error) {
        return update(
                message,
                Sql.of(
                        "due_at = ?::timestamptz, leased_until = '-infinity', provider = ?, error ="
                                + " ?",
                        until,
                        provider,
                        error));
    }

    /// A message is left to other nodes.
    ///
    /// @return as [#update]
    boolean release(Leased message) {
        return update(
                message,
                Sql.of("leased_until = '-infinity', attempts = greatest(0, attempts - 1)"));
    }

    /// Updates a message unless another attempt has begun, or what became of it is noted.
    ///
    /// @return whether it did
    private boolean update(Leased message, Sql changes) {
        return database.update(
                        Sql.of("update rialto.message set ")
                                .add(changes)
                                .add(
                                        " where id = ? and state = 'waiting' and leased_by = ? and"
                                                + " attempts = ?",
                                        message.message().id(),
                                        message.lease(),
                                        message.attempts()))
                > 0;
    }

    /// Lets a message that failed be tried again at once.
    ///
    /// @return whether there is such a message
    /// @throws RialtoException OPERATION_FORBIDDEN when its recipient is sent nothing more
    boolean retry(App app, String id) {
        Optional<String> recipient =
                database.queryFirst(
                        Sql.of(
                                "select recipient from rialto.message where app = ? and id = ? and"
                                        + " state = 'failed'",
                                app.id(),
                                id),
                        row -> row.getString(1));
        if (recipient.isPresent() && isSuppressed(app.id(), recipient.get())) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "the recipient of message \""
                            + id
                            + "\" is suppressed; delete the suppression first");
        }
        Instant now = clock.instant();
        return database.update(
                        Sql.of(
                                "update rialto.message set state = 'waiting', attempts = 0, due_at ="
                                        + " ?::timestamptz, tried_since = ?::timestamptz,"
                                        + " finished_at = null, leased_by = '', leased_until ="
                                        + " '-infinity' where app = ? and id = ? and state ="
                                        + " 'failed'",
                                now,
                                now,
                                app.id(),
                                id))
                > 0;
    }

    /// Removes the messages of an app that are done for so long, but none that [#requireTest]
    /// counts.
    void prune(App app, Duration keep) {
        Instant now = clock.instant();
        database.update(
                Sql.of(
                        "delete from rialto.message where app = ? and state <> 'waiting' and"
                                + " finished_at < ?::timestamptz and not (is_test and created_at >"
                                + " ?::timestamptz)",
                        app.id(),
                        now.minus(keep),
                        now.minus(TEST_WINDOW)));
    }

    /// How many messages wait.
    long waiting() {
        return database.queryFirst(
                        Sql.of("select count(*) from rialto.message where state = 'waiting'"),
                        row -> row.getLong(1))
                .orElse(0L);
    }

    boolean isSuppressed(String app, String recipient) {
        return database.queryFirst(
                        Sql.of(
                                "select 1 from rialto.message_suppression where app = ? and"
                                        + " recipient = ?",
                                app,
                                Recipients.folded(recipient)),
                        row -> row.getInt(1))
                .isPresent();
    }

    /// Sends an address nothing more, not what waits either. What is being handed over stays: its
    /// provider may have it.
    void suppress(String app, String recipient, String reason) {
        String folded = Recipients.folded(recipient);
        Instant now = clock.instant();
        database.inTransaction(() -> {
            database.update(
                    Sql.of(
                            "insert into rialto.message_suppression values (?, ?, ?,"
                                    + " ?::timestamptz) on conflict (app, recipient) do update set"
                                    + " reason = excluded.reason",
                            app,
                            folded,
                            reason,
                            now));
            return database.update(
                    Sql.of(
                            "update rialto.message set state = 'suppressed', body = '', html = '',"
                                    + " finished_at = ?::timestamptz where app = ? and"
                                    + " lower(recipient) = ? and state = 'waiting' and leased_until"
                                    + " <= ?::timestamptz",
                            now,
                            app,
                            folded,
                            now));
        });
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
                row ->
                        new Suppressed(
                                row.getString(1), row.getString(2), MessageList.instant(row, 3)));
    }
}
