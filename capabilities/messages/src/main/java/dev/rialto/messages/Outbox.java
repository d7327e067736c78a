package dev.rialto.messages;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.Outgoing;
import dev.rialto.messages.spi.MessageProvider.Source;
import dev.rialto.messages.spi.MessageText;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// The messages of all apps that wait to be sent, and what became of the others. A node leases
/// those that it sends; when it dies, another node takes them once the lease is over.
final class Outbox {
    private static final MessageText NOTHING = new MessageText("", "", "");

    /// What a node gets at least to hand a message over.
    static final Duration LEASE = Duration.ofMinutes(2);

    /// How many messages an app's owner may send as a test within [#TEST_WINDOW]: they go to any
    /// address, whether its owner wants them or not.
    static final int MAX_TESTS = 20;

    private static final Duration TEST_WINDOW = Duration.ofHours(1);

    /// The changes by which a message loses what may have secrets.
    static final String NO_TEXT = "subject = '', body = '', html = '', template_values = '{}'";

    private final Database database;
    private final Suppressions suppressions;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    Outbox(Database database, Suppressions suppressions, InstantSource clock) {
        this.database = database;
        this.suppressions = suppressions;
        this.clock = clock;
    }

    /// A message whose text is made.
    ///
    /// @param isTest whether the owner of the app tries out how it looks
    record Written(
            Channel channel, String recipient, Source source, MessageText text, boolean isTest) {}

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
        Source source = message.source();
        boolean isSuppressed =
                suppressions.isSuppressed(app.id(), message.recipient(), source.template());
        MessageText text = isSuppressed ? NOTHING : message.text();
        Instant now = clock.instant();
        database.update(
                Sql.of(
                        "insert into rialto.message (id, app, channel, recipient, template,"
                                + " language, template_values, subject, body, html, is_test, state,"
                                + " due_at, tried_since, created_at, finished_at) values (?, ?, ?,"
                                + " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz,"
                                + " ?::timestamptz, ?::timestamptz)",
                        id,
                        app.id(),
                        message.channel().text(),
                        message.recipient(),
                        source.template(),
                        source.language(),
                        isSuppressed ? "{}" : json(source.values()),
                        text.subject(),
                        text.body(),
                        text.html(),
                        message.isTest(),
                        isSuppressed ? "suppressed" : "waiting",
                        now,
                        now,
                        now,
                        isSuppressed ? now : null));
        return id;
    }

    private static String json(Map<String, String> values) {
        ObjectNode json = Json.object();
        values.forEach(json::put);
        return Json.write(json);
    }

    private static Map<String, String> values(String json) {
        return Json.read(json).properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().asString()));
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
                                + " template, language, template_values, subject, body, html,"
                                + " attempts, tried_since",
                        lease,
                        now.plus(LEASE),
                        now,
                        now,
                        channels.stream().map(Channel::text).toArray(String[]::new),
                        most,
                        most),
                row ->
                        new Leased(
                                outgoing(row),
                                lease,
                                row.getInt(11),
                                MessageList.instant(row, 12)));
    }

    private static Outgoing outgoing(ResultSet row) throws SQLException {
        return new Outgoing(
                row.getString(1),
                row.getString(2),
                Channel.of(row.getString(3)),
                row.getString(4),
                new MessageText(row.getString(8), row.getString(9), row.getString(10)),
                new Source(row.getString(5), row.getString(6), values(row.getString(7))));
    }

    /// A provider has accepted a message.
    ///
    /// @return as [#update]
    boolean accepted(Leased message, MessageProvider provider, String providerId) {
        return provider.delivers()
                ? finish(message, "sent", false, provider.name(), providerId, "")
                : finish(message, "kept", true, provider.name(), "", "");
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
                        .add(isTextKept ? "" : ", " + NO_TEXT));
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
        boolean isSuppressed =
                database.queryFirst(
                                Sql.of(
                                        "select recipient, template from rialto.message where app ="
                                                + " ? and id = ? and state = 'failed'",
                                        app.id(),
                                        id),
                                row -> List.of(row.getString(1), row.getString(2)))
                        .filter(each ->
                                suppressions.isSuppressed(
                                        app.id(), each.getFirst(), each.getLast()))
                        .isPresent();
        if (isSuppressed) {
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

    /// A provider reports that a message which it had taken did not arrive, or was not wanted. The
    /// first report counts.
    ///
    /// @return its recipient, if it counts
    Optional<String> reported(String app, String id, String state, String why) {
        return database.queryFirst(
                Sql.of(
                        "update rialto.message set state = ?, error = ?, finished_at ="
                                + " ?::timestamptz, "
                                + NO_TEXT
                                + " where app = ? and id = ? and state in ('waiting', 'sent')"
                                + " returning recipient",
                        state,
                        why,
                        clock.instant(),
                        app,
                        id),
                row -> row.getString(1));
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
}
