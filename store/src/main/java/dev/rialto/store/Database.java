package dev.rialto.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A pool of connections to one PostgreSQL, and transactions on it. Blocking: call it from virtual
/// threads. Inside [#inTransaction] every call of the same thread uses that transaction's
/// connection; outside, each call commits separately.
public final class Database implements AutoCloseable {
    private static final ScopedValue<Connection> TRANSACTION = ScopedValue.newInstance();
    private static final ScopedValue<List<Runnable>> AFTER_COMMIT = ScopedValue.newInstance();
    private static final ScopedValue<List<Runnable>> AFTER_ROLLBACK = ScopedValue.newInstance();
    private static final ScopedValue<List<Runnable>> ONCE_DONE = ScopedValue.newInstance();
    private static final ScopedValue<Map<Class<?>, Object>> KEPT = ScopedValue.newInstance();
    private static final ScopedValue<Opening> OPENING = ScopedValue.newInstance();

    /// Reads one row. It must not move the cursor.
    public interface RowReader<T extends @Nullable Object> {
        T read(ResultSet row) throws SQLException;
    }

    /// Work on a connection.
    public interface Work<T extends @Nullable Object> {
        T run(Connection connection) throws SQLException;
    }

    /// The action at the start of the first transaction.
    private static final class Opening {
        private final Runnable first;
        private boolean done;

        Opening(Runnable first, boolean done) {
            this.first = first;
            this.done = done;
        }
    }

    private final HikariDataSource pool;
    private final GroupCommit groups = new GroupCommit(this);
    private final Stamps stamps = new Stamps(this);
    private final ReplicaReads replicaReads = new ReplicaReads(this);
    private volatile Runnable onCommit = () -> {};
    private volatile @Nullable DatabaseWatch watch;
    private volatile BooleanSupplier full = () -> false;

    private Database(HikariDataSource pool) {
        this.pool = pool;
    }

    public static Database open(DatabaseSettings settings) {
        return open(settings, "rialto");
    }

    /// Opens it for a program whose version others on the same database can see.
    public static Database open(DatabaseSettings settings, Program program) {
        return open(settings, DatabaseVersion.CONNECTION + program.version());
    }

    private static Database open(DatabaseSettings settings, String name) {
        var config = new HikariConfig();
        config.setPoolName("rialto");
        config.setJdbcUrl(settings.url());
        settings.user().ifPresent(config::setUsername);
        settings.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(settings.connections());
        config.setConnectionTimeout(settings.connectionTimeout().toMillis());
        settings.driverProperties(name, "").forEach(config::addDataSourceProperty);
        return new Database(new HikariDataSource(config));
    }

    /// Rejects work immediately, instead of waiting for a connection, when the watch reports that
    /// PostgreSQL is lost.
    public void watchedBy(DatabaseWatch other) {
        watch = other;
    }

    /// Sets who knows whether the database's disk has no room for writes.
    public void limitedBy(BooleanSupplier isFull) {
        full = isFull;
    }

    /// Whether the database's disk has no room for what need not be written.
    public boolean isFull() {
        return full.getAsBoolean();
    }

    /// Reads that replicas may answer.
    public ReplicaReads replicaReads() {
        return replicaReads;
    }

    /// Registers the pool's metrics.
    ///
    /// @param registry one of those that HikariCP knows, such as Micrometer's `MeterRegistry`
    public void measuredBy(Object registry) {
        pool.setMetricRegistry(registry);
    }

    /// Tells those who keep copies of rows whether they may have changed.
    public Stamps stamps() {
        return stamps;
    }

    public DataSource dataSource() {
        return pool;
    }

    /// Calls an action after each commit of a statement or transaction that may have written. It
    /// must be quick and must not fail. There is one such action: the last one set.
    void onCommit(Runnable action) {
        onCommit = action;
    }

    /// Runs the work in a transaction, which commits when it returns and rolls back when it throws.
    /// Inside another transaction it joins it.
    public <T extends @Nullable Object> T inTransaction(Supplier<T> work) {
        if (TRANSACTION.isBound()) {
            return work.get();
        }
        return isBeginning() ? opened(OPENING.get(), work) : separately(work);
    }

    /// Runs work whose first transaction begins with an action, and is undone together with it. No
    /// connection is held before that transaction. Inside a transaction the action runs at once.
    public <T extends @Nullable Object> T beginningWith(Runnable first, Supplier<T> work) {
        if (TRANSACTION.isBound()) {
            first.run();
            return work.get();
        }
        return ScopedValue.where(OPENING, new Opening(first, false)).call(work::get);
    }

    /// Whether the next transaction will begin with the action of [#beginningWith]. Work that has
    /// to be undone together with it must then be in a transaction, even if it is one statement.
    public boolean isBeginning() {
        return OPENING.isBound() && !OPENING.get().done && !TRANSACTION.isBound();
    }

    /// Runs work that is not what [#beginningWith] is about: its transactions begin without the
    /// action. A transaction that is under way stays.
    public <T extends @Nullable Object> T apart(Supplier<T> work) {
        return isBeginning()
                ? ScopedValue.where(OPENING, new Opening(() -> {}, true)).call(work::get)
                : work.get();
    }

    private <T extends @Nullable Object> T opened(Opening opening, Supplier<T> work) {
        return separately(() -> {
            opening.first.run();
            afterCommit(() -> opening.done = true);
            return work.get();
        });
    }

    private <T extends @Nullable Object> T separately(Supplier<T> work) {
        List<Runnable> afterCommit = new ArrayList<>();
        List<Runnable> afterRollback = new ArrayList<>();
        List<Runnable> onceDone = new ArrayList<>();
        boolean committed = false;
        T result;
        try {
            result = commit(work, afterCommit, afterRollback, onceDone);
            committed = true;
        } finally {
            if (!committed) {
                afterRollback.forEach(Runnable::run);
            }
        }
        onCommit.run();
        afterCommit.forEach(Runnable::run);
        onceDone.forEach(Runnable::run);
        return result;
    }

    private <T extends @Nullable Object> T commit(
            Supplier<T> work,
            List<Runnable> afterCommit,
            List<Runnable> afterRollback,
            List<Runnable> onceDone) {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try {
                T result =
                        ScopedValue.where(TRANSACTION, connection)
                                .where(AFTER_COMMIT, afterCommit)
                                .where(AFTER_ROLLBACK, afterRollback)
                                .where(ONCE_DONE, onceDone)
                                .where(KEPT, new HashMap<>())
                                .call(work::get);
                connection.commit();
                connection.setAutoCommit(true);
                ReplicaReads.confirm(connection);
                return result;
            } catch (SQLException | RuntimeException | Error failure) {
                rollBack(connection, failure);
                throw failure;
            }
        } catch (SQLException failure) {
            throw new StoreException(failure);
        }
    }

    /// Rolls back, keeping the original failure as the reported one.
    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException second) {
            failure.addSuppressed(second);
        }
    }

    /// Runs an action once the surrounding transaction has committed, never when it rolls back;
    /// outside a transaction at once. For caches, which must not be refilled with stale data.
    public void afterCommit(Runnable action) {
        if (TRANSACTION.isBound()) {
            AFTER_COMMIT.get().add(action);
        } else {
            action.run();
        }
    }

    /// Runs work that may take long once the surrounding transaction has committed, its connection
    /// is given back and all actions of [#afterCommit] are done; never when it rolls back; outside
    /// a transaction at once. It must not fail: a committed transaction would seem to have failed.
    public void onceCommitted(Runnable work) {
        if (TRANSACTION.isBound()) {
            ONCE_DONE.get().add(work);
        } else {
            work.run();
        }
    }

    /// Runs an action once the surrounding transaction has been rolled back, never when it commits;
    /// outside a transaction not at all. For caches that already hold what is rolled back.
    public void afterRollback(Runnable action) {
        if (TRANSACTION.isBound()) {
            AFTER_ROLLBACK.get().add(action);
        }
    }

    /// A value that the current transaction keeps until it ends. Only inside a transaction.
    ///
    /// @param first creates it at the first call
    public <T> T kept(Class<T> kind, Supplier<T> first) {
        return kind.cast(KEPT.get().computeIfAbsent(kind, _ -> first.get()));
    }

    /// Whether the calling thread is inside [#inTransaction].
    public boolean isInTransaction() {
        return TRANSACTION.isBound();
    }

    /// Runs work on a connection: the transaction's, or one of the pool's.
    public <T extends @Nullable Object> T with(Work<T> work) {
        try {
            if (TRANSACTION.isBound()) {
                return work.run(TRANSACTION.get());
            }
            try (Connection connection = connect()) {
                T result = work.run(connection);
                ReplicaReads.confirm(connection);
                return result;
            }
        } catch (SQLException failure) {
            throw new StoreException(failure);
        }
    }

    /// Runs work that is one statement, which is a part of the current trace.
    private <T extends @Nullable Object> T statement(Sql sql, Work<T> work) {
        return SqlSpan.of(sql, () -> with(work));
    }

    /// All rows of a query.
    public <T extends @Nullable Object> List<T> query(Sql sql, RowReader<T> reader) {
        return statement(
                sql,
                connection -> {
                    try (PreparedStatement statement = Statements.prepare(connection, sql);
                            ResultSet rows = statement.executeQuery()) {
                        return readAll(rows, reader);
                    }
                });
    }

    /// The first row of a query, if there is one.
    public <T> Optional<T> queryFirst(Sql sql, RowReader<T> reader) {
        return statement(
                sql,
                connection -> {
                    try (PreparedStatement statement = Statements.prepare(connection, sql);
                            ResultSet rows = statement.executeQuery()) {
                        return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
                    }
                });
    }

    /// Runs an insert, update, delete or DDL statement.
    ///
    /// @return the number of rows it touched
    public int update(Sql sql) {
        return SqlSpan.of(sql, () -> execute(sql));
    }

    private int execute(Sql sql) {
        int touched =
                with(connection -> {
                    try (PreparedStatement statement = Statements.prepare(connection, sql)) {
                        return statement.executeUpdate();
                    }
                });
        committed();
        return touched;
    }

    private void committed() {
        if (!TRANSACTION.isBound()) {
            onCommit.run();
        }
    }

    /// Runs an insert of one row. Outside a transaction it may share one with concurrent inserts of
    /// the same statement; each has its own outcome.
    public void insert(Sql sql) {
        write(RowWrite.insert(sql));
    }

    /// Runs an update or a delete of one row at most, which may share a transaction in the same
    /// way.
    ///
    /// @param key of the row
    /// @return the number of rows it touched
    public int updateRow(Sql sql, String key) {
        return write(RowWrite.update(sql, key)).touched();
    }

    /// Runs an update of one row at most that returns the row; it may share a transaction in the
    /// same way.
    public <T> Optional<T> updateRow(Sql sql, String key, RowReader<T> reader) {
        return write(RowWrite.returning(sql, key, reader)).row();
    }

    private <W extends RowWrite<?>> W write(W write) {
        SqlSpan.of(
                write.sql(),
                () -> {
                    if (TRANSACTION.isBound() || isBeginning()) {
                        execute(write);
                    } else {
                        groups.run(write);
                    }
                    return true;
                });
        return write;
    }

    /// Runs a write separately.
    void execute(RowWrite<?> write) {
        with(connection -> {
            write.runAlone(connection);
            return true;
        });
        committed();
    }

    /// Reads the rows of a query in portions. Only inside a transaction: otherwise the driver would
    /// hold all rows.
    ///
    /// @param portion how many rows the driver fetches at once
    public <T extends @Nullable Object> List<T> queryInPortions(
            Sql sql, int portion, RowReader<T> reader) {
        return statement(
                sql,
                connection -> {
                    try (PreparedStatement statement = Statements.prepare(connection, sql)) {
                        statement.setFetchSize(portion);
                        try (ResultSet rows = statement.executeQuery()) {
                            return readAll(rows, reader);
                        }
                    }
                });
    }

    private static <T extends @Nullable Object> List<T> readAll(ResultSet rows, RowReader<T> reader)
            throws SQLException {
        List<T> found = new ArrayList<>();
        while (rows.next()) {
            found.add(reader.read(rows));
        }
        return found;
    }

    private Connection connect() throws SQLException {
        if (ReplicaReads.isUnderWay()) {
            return ReplicaReads.connect();
        }
        DatabaseWatch known = watch;
        if (known != null && known.isLost()) {
            throw StoreErrors.unavailable(null);
        }
        try {
            return pool.getConnection();
        } catch (SQLTransientConnectionException none) {
            if (known != null && !known.isReachable()) {
                throw StoreErrors.unavailable(none);
            }
            throw new RialtoException(
                    ErrorCode.OVERLOADED, "the server is busy; try again later", none);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
