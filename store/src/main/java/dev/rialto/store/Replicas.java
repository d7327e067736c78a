package dev.rialto.store;

import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.PrimaryLog.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The replicas of a database, and which of them may answer a read. A read goes to a replica that
/// shows everything that was committed on the primary before the read began, so its answer is never
/// older than the primary's would be; when there is none in time, the primary answers. See
/// docs/decisions/0036.
public final class Replicas implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Replicas.class.getName());
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(1);
    private static final Duration BETWEEN_CHECKS_WHEN_BEHIND = Duration.ofMillis(50);

    /// How long a check waits for the primary.
    private static final Duration PRIMARY_LIMIT = Duration.ofSeconds(3);

    /// A replica further behind is reported to operators.
    private static final Duration MAX_LAG = Duration.ofSeconds(30);

    private static final Comparator<Replica> LEAST_BUSY =
            Comparator.comparingInt(Replica::underWay);

    private final PrimaryLog primary;
    private final List<Replica> replicas;
    private final Limits limits;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Thread> checks = new ArrayList<>();
    private final LongAdder reads = new LongAdder();
    private final LongAdder passed = new LongAdder();
    private final LongAdder repeated = new LongAdder();

    /// How long reads wait, and how old they may be.
    ///
    /// @param patience how long a read waits for a replica to show what it must
    /// @param staleness how old the answer to a read may be whose client says what it has seen;
    ///   zero when such reads are like others
    public record Limits(Duration patience, Duration staleness) {}

    private Replicas(DatabaseSettings primary, List<DatabaseSettings> addresses, Limits limits) {
        this.primary = new PrimaryLog(primary);
        this.limits = limits;
        List<Replica> all = new ArrayList<>();
        for (DatabaseSettings each : addresses) {
            all.add(new Replica("replica " + (all.size() + 1), each));
        }
        this.replicas = List.copyOf(all);
    }

    /// Opens the connections to the replicas, as far as they can be reached.
    ///
    /// @throws SetupException when one belongs to another database
    public static Replicas open(
            DatabaseSettings primary, List<DatabaseSettings> addresses, Limits limits) {
        var opened = new Replicas(primary, addresses, limits);
        try {
            opened.replicas.forEach(opened::check);
            opened.requireOwn();
        } catch (RuntimeException failure) {
            opened.close();
            throw failure;
        }
        for (Replica each : opened.replicas) {
            opened.checks.add(Thread.ofVirtual().name(each.name()).start(() -> opened.watch(each)));
        }
        return opened;
    }

    private void requireOwn() {
        try {
            Position end = primary.end(PRIMARY_LIMIT);
            for (Replica each : replicas) {
                if (each.isOfAnother(end)) {
                    throw new SetupException(
                            "database.replicas: "
                                    + each.name()
                                    + " is not a replica of this database");
                }
            }
        } catch (SQLException failure) {
            throw new SetupException(
                    "can't tell whether database.replicas are replicas of this database: "
                            + failure.getMessage(),
                    failure);
        }
    }

    /// How work is run on a replica.
    interface Runner<T extends @Nullable Object> {
        T run(ReplicaReading reading);
    }

    /// Whether reads may be late whose client says what it has seen.
    boolean mayBeLate() {
        return !limits.staleness().isZero();
    }

    /// A position that has everything before it that was committed before this call, as text for
    /// clients; empty when it would be of no use to them, or the primary doesn't tell it.
    Optional<String> token() {
        if (!mayBeLate()) {
            return Optional.empty();
        }
        try {
            return Optional.of(primary.end(PRIMARY_LIMIT).token());
        } catch (SQLException failure) {
            LOG.log(Level.FINE, "the primary does not tell its position", failure);
            return Optional.empty();
        }
    }

    /// Runs a read on a replica, or else on the primary. It may run twice.
    ///
    /// @param reading null when no replica can answer
    <T extends @Nullable Object> T read(
            @Nullable ReplicaReading reading, Runner<T> onReplica, Supplier<T> onPrimary) {
        if (reading == null) {
            passed.increment();
            return onPrimary.get();
        }
        try (reading) {
            T result = onReplica.run(reading);
            reads.increment();
            return result;
        } catch (StoreException failure) {
            if (isOfTheRead(failure)) {
                throw failure;
            }
            if (StoreErrors.isUnreachable(failure)) {
                reading.replica().leaveOut("not reachable");
            }
            LOG.log(Level.FINE, "a read is repeated on the primary", failure);
        }
        repeated.increment();
        return onPrimary.get();
    }

    /// Whether the primary would fail in the same way.
    private static boolean isOfTheRead(StoreException failure) {
        String state = failure.state();
        return state.equals("57014") || state.startsWith("22") || state.startsWith("54");
    }

    /// A replica that shows what a read must show; null when there is none in time.
    ///
    /// @param token of the position that is enough for the client; of others, and when no replica
    ///   has it that is not too late, the read must show all that was committed before this call
    @Nullable ReplicaReading choose(String token) {
        ReplicaReading late =
                token.isEmpty() ? null : primary.read(token).map(this::late).orElse(null);
        return late == null ? exact() : late;
    }

    private @Nullable ReplicaReading late(Position seen) {
        return replicas.stream()
                .filter(each ->
                        each.isOpen() && each.has(seen) && each.isWithin(limits.staleness()))
                .min(LEAST_BUSY)
                .map(each -> new ReplicaReading(each, seen))
                .orElse(null);
    }

    private @Nullable ReplicaReading exact() {
        if (replicas.stream().noneMatch(each -> each.isOpen() && each.keepsUp())) {
            return null;
        }
        long deadline = System.nanoTime() + limits.patience().toNanos();
        Position wanted;
        try {
            wanted = primary.end(limits.patience());
        } catch (SQLException failure) {
            LOG.log(Level.FINE, "the primary does not tell its position", failure);
            return null;
        }
        return replicas.stream()
                .filter(each -> each.isOpen() && (each.keepsUp() || each.has(wanted)))
                .min(
                        Comparator.comparing((Replica each) -> !each.has(wanted))
                                .thenComparing(LEAST_BUSY))
                .filter(each -> each.reaches(wanted, deadline))
                .map(each -> new ReplicaReading(each, wanted))
                .orElse(null);
    }

    private void watch(Replica replica) {
        try {
            Duration pause = BETWEEN_CHECKS;
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                check(replica);
                boolean behind = replica.problem().isEmpty() && !replica.keepsUp();
                pause = behind ? BETWEEN_CHECKS_WHEN_BEHIND : BETWEEN_CHECKS;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(Replica replica) {
        long now = System.nanoTime();
        Optional<Position> end;
        try {
            end = Optional.of(primary.end(PRIMARY_LIMIT));
        } catch (SQLException lost) {
            LOG.log(Level.FINE, "the primary does not tell its position", lost);
            end = Optional.empty();
        }
        replica.check(end, now);
    }

    /// What operators have to look after; empty when all replicas are used.
    public Optional<String> warning() {
        List<String> told = new ArrayList<>();
        for (Replica each : replicas) {
            Optional<String> problem = each.problem();
            if (problem.isPresent()) {
                told.add(each.name() + " is not used: " + problem.get());
            } else if (each.lag() > MAX_LAG.toNanos()) {
                told.add(each.name() + " is " + seconds(each.lag()) + " s behind");
            }
        }
        return told.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", told));
    }

    private static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    public void measure(Gauges to) {
        to.count("rialto.replicas.reads", "Reads that a replica answered.", reads::sum);
        to.count(
                "rialto.replicas.passed",
                "Reads that the primary answered because no replica showed in time what they"
                        + " must.",
                passed::sum);
        to.count(
                "rialto.replicas.repeated",
                "Reads that failed on a replica and were done again on the primary.",
                repeated::sum);
        to.gauge(
                "rialto.replicas.used",
                "Replicas that are used; a lost one is not.",
                () -> replicas.stream().filter(each -> each.problem().isEmpty()).count());
        to.gauge(
                "rialto.replicas.lag.seconds",
                "How long ago the primary had nothing that the replica furthest behind lacks; up"
                        + " to 1 when idle.",
                () -> replicas.stream().mapToLong(Replica::lag).max().orElse(0) / 1e9);
    }

    @Override
    public void close() {
        closing.countDown();
        for (Replica each : replicas) {
            close(each::close);
        }
        close(primary::close);
        try {
            for (Thread each : checks) {
                each.join(PRIMARY_LIMIT);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Connected {
        void close() throws SQLException;
    }

    /// One that is lost keeps none of the others open.
    private static void close(Connected connected) {
        try {
            connected.close();
        } catch (SQLException failure) {
            LOG.log(Level.FINE, "the connection was already lost", failure);
        }
    }
}
