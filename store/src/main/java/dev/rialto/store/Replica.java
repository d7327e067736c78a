package dev.rialto.store;

import dev.rialto.store.PrimaryLog.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A standby that replays the primary's log and answers reads: how far it is, and whether it can be
/// used at all.
final class Replica implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Replica.class.getName());

    /// How long a look at the replica may take.
    private static final Duration LOOK = Duration.ofSeconds(5);

    /// Between two looks while readers wait for it.
    private static final Duration PAUSE = Duration.ofNanos(500_000);

    /// A server, until it is restarted.
    private static final String SERVER =
            "select pg_postmaster_start_time()::text || ' ' || coalesce(inet_server_addr()::text, '')"
                    + " || ' ' || coalesce(inet_server_port(), 0)";

    /// What it is: the log that it follows, or did when it could last follow one.
    private static final String ORIGIN =
            SERVER
                    + ", "
                    + PrimaryLog.IDENTITY
                    + ", coalesce((select received_tli from pg_stat_wal_receiver),"
                    + " (select timeline_id from pg_control_checkpoint()))";

    private static final String REPLAYED =
            "select pg_is_in_recovery(),"
                    + " coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint";

    private static final String UNKNOWN = "not seen yet";
    private static final Origin UNSEEN = new Origin("", new PrimaryLog.Origin("", 0));

    private final String name;
    private final DatabaseProbe probe;
    private final SharedAnswer<Standing> look = new SharedAnswer<>(this::ask);
    private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.unknown());
    private final ReplicaPool pool;
    private final Set<ReplicaReading> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();

    /// Of the server behind [#probe].
    private volatile Origin origin = UNSEEN;

    /// Whether the origin is to be asked for again.
    private volatile boolean due;

    /// Why it can't be used; null when it can.
    private volatile @Nullable String problem = UNKNOWN;

    /// What readers have waited for in vain: until it is reached none waits.
    private volatile @Nullable Position missed;

    /// The last end of the log that it was seen to have reached.
    private volatile End reached = new End(System.nanoTime(), new Position(UNSEEN.log(), 0));

    private @Nullable End awaited;

    /// Which server it is, and which log it follows.
    private record Origin(String server, PrimaryLog.Origin log) {}

    /// How far it is known to be at least. Each instance is another piece of knowledge.
    private static final class Standing {
        private final Origin origin;
        private final boolean standby;
        private final long replayed;

        Standing(Origin origin, boolean standby, long replayed) {
            this.origin = origin;
            this.standby = standby;
            this.replayed = replayed;
        }

        static Standing unknown() {
            return new Standing(UNSEEN, false, 0);
        }

        boolean has(Position wanted) {
            return standby && replayed >= wanted.bytes() && origin.log().equals(wanted.origin());
        }
    }

    /// The end of the primary's log at a time by [System#nanoTime].
    private record End(long time, Position position) {}

    Replica(String name, DatabaseSettings settings) {
        this.name = name;
        this.probe = new DatabaseProbe(settings, "rialto replica");
        this.pool = new ReplicaPool(name, settings, this::meet);
    }

    String name() {
        return name;
    }

    ReplicaPool pool() {
        return pool;
    }

    /// Whether a read may be sent to it as far as its health and its connections go.
    boolean isOpen() {
        return problem == null && underWay() < pool.size();
    }

    /// How many reads it answers now.
    int underWay() {
        return count.get();
    }

    void begin(ReplicaReading reading) {
        count.incrementAndGet();
        underWay.add(reading);
    }

    void end(ReplicaReading reading) {
        underWay.remove(reading);
        count.decrementAndGet();
    }

    /// Whether readers wait for it: it has not fallen behind.
    boolean keepsUp() {
        return missed == null;
    }

    /// Whether it is known to show all that is before a position.
    boolean has(Position wanted) {
        return standing.get().has(wanted);
    }

    /// Waits until it shows all that is before a position.
    ///
    /// @param deadline by [System#nanoTime]
    boolean reaches(Position wanted, long deadline) {
        try {
            while (!has(wanted)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    missed = wanted;
                    return false;
                }
                look.get(Duration.ofNanos(left));
                if (has(wanted)) {
                    return true;
                }
                Thread.sleep(PAUSE);
            }
            return true;
        } catch (SQLException late) {
            missed = wanted;
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// How long ago the primary had nothing that is not here, in nanoseconds.
    long lag() {
        return System.nanoTime() - reached.time();
    }

    /// Whether it is known to show all that was committed longer ago than this.
    boolean isWithin(Duration age) {
        End last = reached;
        return System.nanoTime() - last.time() <= age.toNanos() && has(last.position());
    }

    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /// Leaves it out until it has been seen again. Those who read from it read from the primary.
    void leaveOut(String reason) {
        standing.set(Standing.unknown());
        tell(reason);
        pool.renew();
        underWay.forEach(ReplicaReading::abort);
    }

    /// Looks how it is.
    ///
    /// @param end of the primary's log, as it was at a time; empty when the primary doesn't answer
    void check(Optional<Position> end, long time) {
        try {
            due = true;
            Standing seen = look.get(LOOK);
            end.ifPresent(position -> compare(seen, position, time));
        } catch (SQLException failure) {
            LOG.log(Level.FINE, name, failure);
            leaveOut("not reachable");
        }
    }

    private void compare(Standing seen, Position end, long time) {
        if (isOfAnother(end)) {
            tell("it is not a replica of this database");
        } else if (!seen.standby) {
            tell("it is not a standby");
        } else if (!seen.origin.log().equals(end.origin())) {
            tell("it does not follow this primary");
        } else {
            note(seen, end, time);
            tell(null);
        }
    }

    /// Whether what was seen of it last belongs to another database than a position.
    boolean isOfAnother(Position end) {
        String database = origin.log().database();
        return !database.isEmpty() && !database.equals(end.origin().database());
    }

    private void note(Standing seen, Position end, long time) {
        if (seen.has(end)) {
            reached = new End(time, end);
            awaited = null;
        } else if (awaited == null) {
            awaited = new End(time, end);
        } else if (seen.has(awaited.position())) {
            reached = awaited;
            awaited = new End(time, end);
        }
        Position sought = missed;
        if (sought != null && (seen.has(sought) || !sought.origin().equals(end.origin()))) {
            missed = null;
        }
    }

    private void tell(@Nullable String now) {
        String before = problem;
        problem = now;
        if (now != null && !now.equals(before)) {
            LOG.log(Level.WARNING, "{0} is not used: {1}", new Object[] {name, now});
        } else if (now == null && before != null && !before.equals(UNKNOWN)) {
            LOG.log(Level.WARNING, "{0} is used again", name);
        }
    }

    private Standing ask() throws SQLException {
        Standing before = standing.get();
        Standing now = probe.ask(this::learn, this::see);
        // Not when a connection to another server was opened meanwhile: see #meet.
        standing.compareAndSet(before, now);
        return now;
    }

    private Standing see(Connection connection) throws SQLException {
        if (due) {
            learn(connection);
        }
        try (PreparedStatement statement = connection.prepareStatement(REPLAYED);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Standing(origin, row.getBoolean(1), row.getLong(2));
        }
    }

    private Origin learn(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ORIGIN);
                ResultSet row = statement.executeQuery()) {
            row.next();
            origin =
                    new Origin(
                            row.getString(1),
                            new PrimaryLog.Origin(row.getString(2), row.getLong(3)));
            due = false;
            return origin;
        }
    }

    /// What is known of how far it is must be about the server that a new connection leads to: a
    /// standby that was restarted shows older rows at first.
    private void meet(Connection connection) throws SQLException {
        String server = server(connection);
        if (!server.equals(standing.get().origin.server())) {
            standing.set(Standing.unknown());
            look.get(LOOK);
            if (!server.equals(origin.server())) {
                probe.renew();
                throw new SQLException(name + " is another server than a moment ago");
            }
        }
    }

    private static String server(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SERVER);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws SQLException {
        pool.close();
        probe.close();
    }
}
