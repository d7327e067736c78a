package dev.rialto.hosting;

import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeSource;
import dev.rialto.store.LogPosition;
import dev.rialto.store.StoreException;
import dev.rialto.testing.Simulation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A node of a [SimulatedCluster], with its subscribers, and all that can go wrong between it and
/// the database.
final class SimulatedPeer {
    private static final Duration MAX_CALL = Duration.ofSeconds(40);

    private final SimulatedCluster cluster;
    private final Simulation.Node node;
    private final Duration born;
    private final Subscribers subscribers;

    /// The last event of each subscriber for which a call has ended here.
    private final Map<String, Integer> done = new HashMap<>();

    private Duration troubledUntil = Duration.ofDays(-1);

    SimulatedPeer(SimulatedCluster cluster, Simulation.Node node) {
        this.cluster = cluster;
        this.node = node;
        this.born = cluster.simulation().passed();
        this.subscribers =
                new Subscribers(
                        new Store(), new Tail(), SimulatedCluster.messages(), new Calls(), node);
    }

    Simulation.Node node() {
        return node;
    }

    void start() {
        subscribers.start();
    }

    boolean isOlderThan(Duration age) {
        return now().minus(born).compareTo(age) > 0;
    }

    private Duration now() {
        return cluster.simulation().passed();
    }

    /// Whether it was paused, cut off or ended since.
    boolean hadTroubleSince(Duration time) {
        return node.isKilled() || troubledUntil.compareTo(time) >= 0;
    }

    void pause(Duration time) {
        node.pause(time);
        troubledUntil = longer(troubledUntil, now().plus(time));
    }

    /// Takes the database away from it for a while.
    void cutOff(Duration time) {
        cutOffUntil = longer(cutOffUntil, now().plus(time));
        troubledUntil = longer(troubledUntil, cutOffUntil);
    }

    private Duration cutOffUntil = Duration.ofDays(-1);

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /// Ends it as an operator does.
    void stop() {
        troubledUntil = now().plus(Duration.ofDays(1));
        node.thread(
                        "stop",
                        () -> {
                            subscribers.close();
                            node.kill();
                        })
                .start();
    }

    private <T> T reach(Supplier<T> statement) {
        node.letOthersRun();
        requireDatabase();
        cluster.tellTime();
        T result = statement.get();
        node.letOthersRun();
        // What was done may be done though the answer is lost.
        requireDatabase();
        return result;
    }

    private void requireDatabase() {
        if (cutOffUntil.compareTo(now()) > 0) {
            throw new StoreException(new SQLException("the database is away, as simulated"));
        }
    }

    private final class Store extends SubscriberStore {
        Store() {
            super(cluster.database(), cluster.log(), node.name(), Subscribers.LEASE);
        }

        @Override
        List<LeasedSubscriber> take(Collection<Long> except) {
            return reach(() -> super.take(except));
        }

        @Override
        Set<Long> renew(Collection<LeasedSubscriber> held) {
            return reach(() -> super.renew(held));
        }

        @Override
        LogPosition end() {
            return reach(super::end);
        }

        @Override
        Optional<ChangeLog.Page> read(
                LogPosition position, ChangeLog.Scope.Tables scope, int limit) {
            return reach(() -> super.read(position, scope, limit));
        }

        @Override
        boolean save(LeasedSubscriber held, LogPosition position, int failures) {
            return reach(() -> {
                boolean saved = super.save(held, position, failures);
                String address = held.target().address();
                if (saved) {
                    cluster.committed(
                            SimulatedPeer.this,
                            address,
                            position,
                            failures > 0
                                    ? Optional.empty()
                                    : Optional.ofNullable(done.get(address)));
                }
                return saved;
            });
        }

        @Override
        void release(LeasedSubscriber held) {
            reach(() -> {
                super.release(held);
                return true;
            });
        }
    }

    private final class Calls implements BackgroundCalls {
        /// How often the node had been paused when it last looked at its leases.
        private final Map<String, Integer> pauses = new HashMap<>();

        @Override
        public boolean isKnown(Target target) {
            pauses.put(target.address(), node.pauses());
            node.letOthersRun();
            return true;
        }

        @Override
        public void call(Target target, JsonNode input) {
            String address = target.address();
            int number = input.path("payload").path("number").asInt();
            boolean certain = Integer.valueOf(node.pauses()).equals(pauses.get(address));
            SimulatedCluster.Running call =
                    cluster.begun(SimulatedPeer.this, address, number, certain);
            try {
                boolean slow = cluster.simulation().random().nextInt(6) == 0;
                node.sleep(cluster.simulation().upTo(slow ? MAX_CALL : Duration.ofMillis(300)));
                cluster.failSometimes(address, number);
                done.put(address, number);
            } finally {
                cluster.ended(address, call);
            }
        }

        @Override
        public void log(Target target, String level, String message) {
            if (level.equals("error")) {
                throw new AssertionError(message);
            }
        }
    }

    /// Reads the log for the subscribers of the node, now and then.
    private final class Tail implements ChangeSource {
        private @Nullable LogPosition position;

        @Override
        public void follow(Listener listener) {
            position = reach(cluster.log()::end);
            node.thread("tail", () -> tell(listener)).start();
        }

        @Override
        public void unfollow(Listener listener) {
            position = null;
        }

        private void tell(Listener listener) {
            node.sleep(cluster.simulation().upTo(Duration.ofSeconds(2)));
            for (LogPosition from = position; from != null; from = position) {
                try {
                    LogPosition at = from;
                    ChangeLog.Page page =
                            reach(() ->
                                            cluster.log()
                                                    .read(
                                                            at,
                                                            new ChangeLog.Scope.Everything(),
                                                            100))
                                    .orElseThrow();
                    if (position != null) {
                        position = page.next();
                        listener.changed(page.changes(), page.next());
                    }
                } catch (StoreException _) {
                    // It reads on when the database is back.
                }
                node.sleep(cluster.simulation().upTo(Duration.ofSeconds(2)));
            }
        }
    }
}
