package dev.rialto.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Monitors whether PostgreSQL responds, by its own connection, once a second and on demand. It
/// logs one line when PostgreSQL is lost and one when it is back; failures in between are only
/// counted.
public final class DatabaseWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DatabaseWatch.class.getName());
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(1);

    /// How long a check remains valid.
    private static final Duration FRESH = Duration.ofMillis(200);

    /// Requests wait this long for PostgreSQL to return; after that they are rejected immediately.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Broken connections still cause failures for a while after PostgreSQL is back.
    private static final Duration AFTERMATH = Duration.ofSeconds(30);

    private static final String STARTING = "57P03";

    private final DatabaseSettings settings;
    private final ReentrantLock checking = new ReentrantLock();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong unlogged = new AtomicLong();
    private final Thread watcher;
    private @Nullable Connection connection;

    /// Whether PostgreSQL has ever come back.
    private volatile boolean returned;

    private volatile State state = new State(true, System.nanoTime(), System.nanoTime());

    /// The result of the last check, by [System#nanoTime].
    ///
    /// @param since when this state began
    private record State(boolean reachable, long since, long checked) {
        boolean isYoungerThan(Duration age) {
            return System.nanoTime() - since < age.toNanos();
        }

        boolean isOfAfter(long moment) {
            return checked - moment >= 0;
        }
    }

    private DatabaseWatch(DatabaseSettings settings) {
        this.settings = settings;
        this.watcher = Thread.ofVirtual().name("database-watch").unstarted(this::watch);
    }

    public static DatabaseWatch start(DatabaseSettings settings) {
        var watch = new DatabaseWatch(settings);
        watch.watcher.start();
        return watch;
    }

    /// Whether PostgreSQL responds now, or did a moment ago.
    public boolean isReachable() {
        check(System.nanoTime() - FRESH.toNanos());
        return state.reachable();
    }

    /// Whether PostgreSQL has been gone for so long that waiting for it makes no sense.
    boolean isLost() {
        State now = state;
        return !now.reachable() && !now.isYoungerThan(PATIENCE);
    }

    /// Whether a failure is due to an outage of PostgreSQL, current or just over. Then it is
    /// counted for the log line about its return.
    public boolean countsInstead(Throwable failure) {
        if (!StoreErrors.isUnreachable(failure)) {
            return false;
        }
        check(System.nanoTime());
        return countsInstead();
    }

    /// Counts a failure during an outage of PostgreSQL, or just after.
    ///
    /// @return whether it was counted
    public boolean countsInstead() {
        State now = state;
        boolean aftermath = returned && now.isYoungerThan(AFTERMATH);
        if (now.reachable() && !aftermath) {
            return false;
        }
        unlogged.incrementAndGet();
        return true;
    }

    private void watch() {
        try {
            while (!closing.await(BETWEEN_CHECKS.toMillis(), TimeUnit.MILLISECONDS)) {
                check(System.nanoTime());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Checks PostgreSQL unless that was done since a moment.
    private void check(long moment) {
        if (state.isOfAfter(moment)) {
            return;
        }
        Optional<Runnable> news = Optional.empty();
        checking.lock();
        try {
            if (closing.getCount() > 0 && !state.isOfAfter(moment)) {
                news = tell(ask());
            }
        } finally {
            checking.unlock();
        }
        // Outside of the lock, because logging may need a lock that a waiting thread holds.
        news.ifPresent(Runnable::run);
    }

    /// @return what is wrong, or null
    private @Nullable SQLException ask() {
        if (connection != null && failure(connection) != null) {
            // It may only have been this connection.
            drop();
        }
        try {
            if (connection == null) {
                connection = DatabaseProbe.connect(settings, "rialto watch");
            }
            return failure(connection);
        } catch (SQLException failure) {
            return failure;
        }
    }

    private static @Nullable SQLException failure(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
            return null;
        } catch (SQLException failure) {
            return failure;
        }
    }

    /// @return how to log what has changed
    private Optional<Runnable> tell(@Nullable SQLException failure) {
        State before = state;
        long now = System.nanoTime();
        boolean reachable = failure == null;
        boolean changed = before.reachable() != reachable;
        state = new State(reachable, changed ? now : before.since(), now);
        if (!changed) {
            return Optional.empty();
        }
        if (failure != null) {
            unlogged.set(0);
            return Optional.of(() ->
                    LOG.log(
                            Level.WARNING,
                            "the database is not reachable; requests that need it are rejected"
                                    + " until it is back: {0}",
                            STARTING.equals(failure.getSQLState())
                                    ? "it is starting"
                                    : failure.getMessage()));
        }
        returned = true;
        return Optional.of(() ->
                LOG.log(
                        Level.WARNING,
                        "the database is back after {0} ms; {1} failures meanwhile were not"
                                + " logged one by one",
                        new Object[] {
                            String.valueOf((now - before.since()) / 1_000_000),
                            String.valueOf(unlogged.get())
                        }));
    }

    private void drop() {
        Connection broken = connection;
        connection = null;
        if (broken != null) {
            try {
                broken.abort(Runnable::run);
            } catch (SQLException gone) {
                LOG.log(Level.FINE, "the connection was already lost", gone);
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        checking.lock();
        try {
            drop();
        } finally {
            checking.unlock();
        }
        try {
            watcher.join(BETWEEN_CHECKS.multipliedBy(5));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
