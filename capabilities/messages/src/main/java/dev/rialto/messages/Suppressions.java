package dev.rialto.messages;

import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Whom an app sends nothing more: addresses that bounce or complained, and those that have
/// unsubscribed from the messages of a template.
final class Suppressions {
    private final Database database;
    private final InstantSource clock;

    Suppressions(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// An address that is sent nothing more.
    ///
    /// @param template of which it is sent no messages; empty for all of them
    record Suppressed(String recipient, String template, String reason, Instant createdAt) {}

    /// Whether an address is sent no messages of a template.
    boolean isSuppressed(String app, String recipient, String template) {
        String folded = Recipients.folded(recipient);
        Sql query =
                Sql.of(
                        "select 1 from rialto.message_suppression where app = ? and recipient = ?",
                        app,
                        folded);
        if (!Templates.isEssential(template)) {
            query.add(
                    " union all select 1 from rialto.message_unsubscription where app = ? and"
                            + " recipient = ? and template = ?",
                    app,
                    folded,
                    template);
        }
        return database.queryFirst(query, row -> row.getInt(1)).isPresent();
    }

    /// Sends an address nothing more, not what waits either. What is being handed over stays: its
    /// provider may have it.
    void suppress(String app, String recipient, String reason) {
        String folded = Recipients.folded(recipient);
        Instant now = clock.instant();
        database.inTransaction(() -> {
            database.update(
                    Sql.of(
                            "insert into rialto.message_suppression (app, recipient, reason,"
                                    + " created_at) values (?, ?, ?, ?::timestamptz) on conflict"
                                    + " (app, recipient) do update set reason = excluded.reason",
                            app,
                            folded,
                            reason,
                            now));
            return database.update(suppressWaiting(app, folded, now));
        });
    }

    /// Sends an address no messages of a template that is not essential.
    void unsubscribe(String app, String recipient, String template) {
        String folded = Recipients.folded(recipient);
        Instant now = clock.instant();
        database.inTransaction(() -> {
            database.update(
                    Sql.of(
                            "insert into rialto.message_unsubscription (app, recipient, template,"
                                    + " created_at) values (?, ?, ?, ?::timestamptz) on conflict do"
                                    + " nothing",
                            app,
                            folded,
                            template,
                            now));
            return database.update(
                    suppressWaiting(app, folded, now).add(" and template = ?", template));
        });
    }

    private static Sql suppressWaiting(String app, String folded, Instant now) {
        return Sql.of(
                "update rialto.message set state = 'suppressed', "
                        + Outbox.NO_TEXT
                        + ", finished_at = ?::timestamptz where app = ? and lower(recipient) = ? and"
                        + " state = 'waiting' and leased_until <= ?::timestamptz",
                now,
                app,
                folded,
                now);
    }

    /// Sends an address messages again.
    ///
    /// @param template those that it had unsubscribed from; empty for those that it is sent none of
    ///   for another reason
    /// @return whether it was suppressed
    boolean allow(App app, String recipient, String template) {
        String folded = Recipients.folded(recipient);
        Sql change =
                template.isEmpty()
                        ? Sql.of(
                                "delete from rialto.message_suppression where app = ? and recipient"
                                        + " = ?",
                                app.id(),
                                folded)
                        : Sql.of(
                                "delete from rialto.message_unsubscription where app = ? and"
                                        + " recipient = ? and template = ?",
                                app.id(),
                                folded,
                                template);
        return database.update(change) > 0;
    }

    /// The addresses that an app sends nothing more, the newest first.
    List<Suppressed> list(App app, int most) {
        return database.query(
                Sql.of(
                        "select recipient, '', reason, created_at from rialto.message_suppression"
                                + " where app = ? union all select recipient, template,"
                                + " 'unsubscribed', created_at from rialto.message_unsubscription"
                                + " where app = ? order by 4 desc, 1, 2 limit ?",
                        app.id(),
                        app.id(),
                        most),
                row ->
                        new Suppressed(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                MessageList.instant(row, 4)));
    }
}
