package dev.rialto.codes;

import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// The last code of each purpose and recipient. Each is one row, and one statement uses it up, so
/// of any number of requests at once one succeeds.
final class CodeStore {
    private final Database database;
    private final InstantSource clock;

    CodeStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// A code as it is stored.
    ///
    /// @param recipient what it is bound to
    /// @param mac of the code and all it is bound to
    /// @param address as it was written by who asked for the code
    /// @param target where a link leads to once it is used
    /// @param state what a link hands back to who asked for it
    record Stored(
            String purpose,
            String recipient,
            String mac,
            String address,
            String target,
            String state) {
        static Stored code(String purpose, Recipient to, String mac) {
            return new Stored(purpose, to.key(), mac, to.address(), "", "");
        }
    }

    /// Stores a code in place of the one before.
    void put(App app, Stored code, Duration works) {
        Instant end = clock.instant().plus(works);
        database.update(
                Sql.of("insert into ")
                        .add(table(app))
                        .add(
                                " (purpose, recipient, mac, address, target, state, expires_at)"
                                        + " values (?, ?, ?, ?, ?, ?, ?::timestamptz)",
                                code.purpose(),
                                code.recipient(),
                                code.mac(),
                                code.address(),
                                code.target(),
                                code.state(),
                                end)
                        .add(
                                " on conflict (purpose, recipient) do update set mac = excluded.mac,"
                                        + " address = excluded.address, target = excluded.target,"
                                        + " state = excluded.state, tries = 0, used = false,"
                                        + " expires_at = excluded.expires_at"));
    }

    /// Counts a try, and uses the code up if it is the right one.
    ///
    /// @param macs of what was sent, by any key of the server
    boolean redeem(App app, String purpose, String recipient, List<String> macs, int maxTries) {
        Sql sql =
                Sql.of("update ")
                        .add(table(app))
                        .add(
                                " set tries = tries + 1, used = (mac = any (?)) where purpose = ? and"
                                        + " recipient = ? and not used and tries < ? and expires_at"
                                        + " > ?::timestamptz returning used",
                                macs.toArray(String[]::new),
                                purpose,
                                recipient,
                                maxTries,
                                clock.instant());
        return database.queryFirst(sql, row -> row.getBoolean(1)).orElse(false);
    }

    /// Uses up a code that nobody can guess.
    Optional<Stored> redeem(App app, String purpose, List<String> macs) {
        Sql sql =
                Sql.of("update ")
                        .add(table(app))
                        .add(
                                " set used = true where mac = any (?) and purpose = ? and not used"
                                        + " and expires_at > ?::timestamptz returning recipient, mac,"
                                        + " address, target, state",
                                macs.toArray(String[]::new),
                                purpose,
                                clock.instant());
        return database.queryFirst(
                sql,
                row ->
                        new Stored(
                                purpose,
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5)));
    }

    /// The target of a code that nobody can guess, if it would work.
    Optional<String> target(App app, String purpose, List<String> macs) {
        Sql sql =
                Sql.of("select target from ")
                        .add(table(app))
                        .add(
                                " where mac = any (?) and purpose = ? and not used and expires_at >"
                                        + " ?::timestamptz",
                                macs.toArray(String[]::new),
                                purpose,
                                clock.instant());
        return database.queryFirst(sql, row -> row.getString(1));
    }

    /// Makes a code work again that nothing was given for, unless there is a new one.
    void restore(App app, String purpose, List<String> macs) {
        database.update(
                Sql.of("update ")
                        .add(table(app))
                        .add(
                                " set used = false where mac = any (?) and purpose = ?",
                                macs.toArray(String[]::new),
                                purpose));
    }

    /// Notes that a captcha was solved.
    ///
    /// @return whether it is the first time
    boolean solve(App app, String challenge, Instant expires) {
        return database.update(
                        Sql.of("insert into ")
                                .addName(app.schema())
                                .add(
                                        "._captcha_solution values (?, ?::timestamptz) on conflict do"
                                                + " nothing",
                                        challenge,
                                        expires))
                > 0;
    }

    /// Removes what no longer works.
    void prune(App app) {
        Instant now = clock.instant();
        database.update(
                Sql.of("delete from ")
                        .add(table(app))
                        .add(" where expires_at <= ?::timestamptz", now));
        database.update(
                Sql.of("delete from ")
                        .addName(app.schema())
                        .add("._captcha_solution where expires_at <= ?::timestamptz", now));
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._one_time_code");
    }
}
