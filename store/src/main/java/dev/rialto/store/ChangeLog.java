package dev.rialto.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// The ordered log of all committed changes of objects, of all apps. The changes of one object are
/// in the order in which they happened, and a change follows all changes that its transaction could
/// see; none is missing and none appears late. A long transaction holds back changes that committed
/// in the meantime.
public final class ChangeLog {
    /// A page ends with the change that brings it to this size, as stored by PostgreSQL.
    private static final long PAGE_BYTES = 1 << 20;

    private static final int SEARCHES_AT_ONCE = 4;

    private final Database database;
    private final Semaphore searches = new Semaphore(SEARCHES_AT_ONCE);

    public ChangeLog(Database database) {
        this.database = database;
    }

    /// Names the request that makes the changes of the current transaction.
    public static void nameRequest(Database database, String requestId) {
        database.queryFirst(
                Sql.of("select set_config('rialto.request_id', ?, true)", requestId), _ -> true);
    }

    /// Which changes to read.
    public sealed interface Scope {
        /// The changes of all apps.
        record Everything() implements Scope {}

        /// The changes of all apps without the rows: only which rows have changed.
        record Keys() implements Scope {}

        /// The changes in some tables of an app.
        ///
        /// @param schema the PostgreSQL schema of the app
        record Tables(String schema, List<String> names) implements Scope {
            public Tables {
                names = List.copyOf(names);
            }
        }
    }

    /// A page of the log.
    ///
    /// @param next where to continue
    /// @param isLast whether `next` is the end of the log, as of now
    /// @param complete no change up to this number can still appear
    /// @param last the last number assigned before this was read
    public record Page(
            List<Change> changes, LogPosition next, boolean isLast, long complete, long last) {

        /// How far the numbers of changes go beyond `next`; some may never be used.
        public long behind() {
            return last - (isLast ? complete : next.number());
        }

        /// Whether a transaction that is still running may hold back others.
        public boolean isHeldBack() {
            return complete < last;
        }
    }

    /// The end of the log: later commits come after it.
    public LogPosition end() {
        State state = state();
        return new LogPosition(state.identity(), lastUpTo(state.complete(), state.gone()));
    }

    /// Reads from a position.
    ///
    /// @param limit the maximum number of changes; fewer if they are large
    /// @return empty if the log doesn't reach back to the position, or it belongs to another log:
    ///   the changes in between are unknown
    public Optional<Page> read(LogPosition position, Scope scope, int limit) {
        return switch (scope) {
            case Scope.Everything _, Scope.Keys _ -> page(position, scope, limit);
            case Scope.Tables _ -> search(position, scope, limit);
        };
    }

    /// The changes of one app are scattered among those of all: finding them may take long, so few
    /// searches may run at once.
    private Optional<Page> search(LogPosition position, Scope scope, int limit) {
        searches.acquireUninterruptibly();
        try {
            return page(position, scope, limit);
        } finally {
            searches.release();
        }
    }

    private Optional<Page> page(LogPosition position, Scope scope, int limit) {
        State state = state();
        if (!state.reaches(position)) {
            return Optional.empty();
        }
        List<Row> found =
                database.query(
                        select(position, state, scope, limit),
                        row -> new Row(read(row), row.getLong(10), row.getLong(11)));
        long gone = found.isEmpty() ? state().gone() : found.getLast().gone();
        if (position.number() < gone) {
            return Optional.empty();
        }
        List<Change> changes = found.stream().map(Row::change).toList();
        if (found.size() == limit || (!found.isEmpty() && found.getLast().bytes() >= PAGE_BYTES)) {
            LogPosition last = changes.getLast().position();
            return Optional.of(new Page(changes, last, false, state.complete(), state.last()));
        }
        // After the last change seen, and not after the last number assigned: that number may be
        // assigned again if PostgreSQL crashes before a commit.
        long seen = found.isEmpty() ? position.number() : changes.getLast().position().number();
        long next = scope instanceof Scope.Tables ? lastUpTo(state.complete(), seen) : seen;
        return Optional.of(
                new Page(
                        changes,
                        new LogPosition(state.identity(), next),
                        true,
                        state.complete(),
                        state.last()));
    }

    /// A change found by a search.
    ///
    /// @param bytes the size of it and those before it
    /// @param gone changes up to this number may have been dropped before this was read
    private record Row(Change change, long bytes, long gone) {}

    /// The committed changes of one row, as far as they are among the newest changes of the log.
    ///
    /// @param table as [Change] names it
    /// @param reach how many of the newest changes of all apps to look through
    public List<Change> ofRow(String schema, String table, String key, int reach) {
        return database.query(
                Sql.of(
                        "select identity, number, at, schema_name, class_name, object_id, before,"
                                + " after, request_id from rialto.changes, rialto.change_log"
                                + " where number > (select last_value from rialto.changes_number)"
                                + " - ? and schema_name = ? and class_name = ? and object_id = ?"
                                + " order by number",
                        reach,
                        schema,
                        table,
                        key),
                this::read);
    }

    /// All that has committed after a position in some tables, including what [#read] still holds
    /// back: an earlier query saw nothing beyond it.
    ///
    /// @param limit the maximum number of changes
    public List<Change> committedSince(LogPosition position, Scope.Tables scope, int limit) {
        return database.query(
                Sql.of(
                        "select identity, number, at, schema_name, class_name, object_id, before,"
                                + " after, request_id from rialto.changes, rialto.change_log"
                                + " where number > ? and schema_name = ?"
                                + " and class_name = any (?) order by number limit ?",
                        position.number(),
                        scope.schema(),
                        scope.names().toArray(String[]::new),
                        limit),
                this::read);
    }

    private long lastUpTo(long number, long otherwise) {
        return database.queryFirst(
                        Sql.of(
                                "select greatest(max(number), ?) from rialto.changes"
                                        + " where number <= ?",
                                otherwise,
                                number),
                        row -> row.getLong(1))
                .orElse(otherwise);
    }

    private static Sql select(LogPosition start, State state, Scope scope, int limit) {
        if (scope instanceof Scope.Keys) {
            return Sql.of(
                    "select ?, number, at, schema_name, class_name, object_id, null, null, null,"
                            + " 0, (select gone from rialto.change_log) from rialto.changes"
                            + " where number > ? and number <= ? order by number limit ?",
                    state.identity(),
                    start.number(),
                    state.complete(),
                    limit);
        }
        Sql found =
                Sql.of(
                        "select *, coalesce(pg_column_size(before), 0)"
                                + " + coalesce(pg_column_size(after), 0) as size"
                                + " from rialto.changes where number > ? and number <= ?",
                        start.number(),
                        state.complete());
        if (scope instanceof Scope.Tables(var schema, var names)) {
            found.add(
                    " and schema_name = ? and class_name = any (?)",
                    schema,
                    names.toArray(String[]::new));
        }
        found.add(" order by number limit ?", limit);
        return Sql.of(
                        "select ?, number, at, schema_name, class_name, object_id, before, after,"
                                + " request_id, bytes, (select gone from rialto.change_log)"
                                + " from (select *, sum(size) over"
                                + " (order by number rows unbounded preceding) as bytes from (",
                        state.identity())
                .add(found)
                .add(") as found) as counted where bytes - size < ? order by number", PAGE_BYTES);
    }

    private Change read(ResultSet row) throws SQLException {
        return new Change(
                new LogPosition(row.getString(1), row.getLong(2)),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                Optional.ofNullable(row.getString(7)),
                Optional.ofNullable(row.getString(8)),
                Optional.ofNullable(row.getString(9)).filter(id -> !id.isEmpty()));
    }

    /// The log as it is now.
    ///
    /// @param gone changes up to this number may have been dropped
    /// @param complete no change up to this number can still appear
    /// @param last the last number assigned
    private record State(String identity, long gone, long complete, long last) {
        boolean reaches(LogPosition position) {
            return identity.equals(position.log())
                    && position.number() >= gone
                    && position.number() <= last;
        }
    }

    private State state() {
        return database.queryFirst(
                        Sql.of(
                                "select identity, gone, complete, last"
                                        + " from rialto.log_horizon(), rialto.change_log"),
                        row ->
                                new State(
                                        row.getString(1),
                                        row.getLong(2),
                                        row.getLong(3),
                                        row.getLong(4)))
                .orElseThrow(() -> new IllegalStateException("rialto.change_log is empty"));
    }
}
