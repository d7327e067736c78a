package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.Binding;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.Database;
import dev.rialto.store.LogPosition;
import dev.rialto.store.Sql;
import dev.rialto.testing.Simulation;
import dev.rialto.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Subscribers of one app, the nodes that hold them in a simulation, and what must be true at every
/// moment. PostgreSQL is real, but its `now()` is the simulation's.
final class SimulatedCluster {
    /// A subscriber may be seen without a node so often in a row, at intervals of a second.
    private static final int MAX_LOOKS = 2;

    private static final Map<String, String> TOPICS =
            Map.of("shop.mail", "paid", "shop.stock", "paid", "shop.ship", "packed");

    private final Simulation simulation;
    private final Database database;
    private final App app;
    private final ChangeLog log;
    private final EventStore events;
    private final Map<String, Integer> published = new HashMap<>();
    private final Map<String, Progress> progress = new HashMap<>();
    private final List<SimulatedPeer> peers = new ArrayList<>();
    private int started;
    private Duration databaseTime = Duration.ofDays(-1);

    /// What is known of a subscriber.
    private static final class Progress {
        private final Set<Integer> failed = new HashSet<>();
        private final List<Running> running = new ArrayList<>();
        private int begun;
        private int committed;
        private long position;
        private int freeFor;
    }

    /// A call that is under way.
    record Running(SimulatedPeer peer, int number, Duration begun) {}

    private SimulatedCluster(Simulation simulation, Database database, App app) {
        this.simulation = simulation;
        this.database = database;
        this.app = app;
        this.log = new ChangeLog(database);
        this.events = new EventStore(database, simulation.node("publisher"));
    }

    /// A database whose `now()` a simulation moves.
    static Database database(TestDatabase postgres) {
        for (String each :
                List.of(
                        "create schema simulation",
                        "create table simulation.clock (at timestamptz)",
                        "insert into simulation.clock values ('-infinity')",
                        "create function simulation.now() returns timestamptz stable language sql"
                                + " as 'select at from simulation.clock'")) {
            postgres.database().update(Sql.of(each));
        }
        String url = postgres.settings().url();
        return Database.open(
                postgres.settings()
                        .withUrl(
                                url
                                        + (url.contains("?") ? "&" : "?")
                                        + "currentSchema=simulation,pg_catalog"));
    }

    static SimulatedCluster create(Simulation simulation, Database database, App app) {
        database.update(Sql.of("delete from rialto.app"));
        database.update(
                Sql.of(
                        "insert into rialto.app (id, schema_name) values (?, ?)",
                        app.id(),
                        app.schema()));
        var cluster = new SimulatedCluster(simulation, database, app);
        Set<SubscriberStore.Entry> wanted = new HashSet<>();
        TOPICS.forEach((address, topic) -> {
            wanted.add(new SubscriberStore.Entry(address, new Binding.OnEvent(topic)));
            cluster.progress.put(address, new Progress());
        });
        new SubscriberStore(database, cluster.log, "", Subscribers.LEASE)
                .align(app, "shop", wanted);
        return cluster;
    }

    SimulatedPeer start() {
        var peer = new SimulatedPeer(this, simulation.node("node" + ++started));
        peers.add(peer);
        peer.start();
        return peer;
    }

    Simulation simulation() {
        return simulation;
    }

    Database database() {
        return database;
    }

    ChangeLog log() {
        return log;
    }

    List<SimulatedPeer> living() {
        return peers.stream().filter(each -> !each.node().isKilled()).toList();
    }

    static SubscriberMessages messages() {
        return new SubscriberMessages(
                (Watching)
                        Proxy.newProxyInstance(
                                Watching.class.getClassLoader(),
                                new Class<?>[] {Watching.class},
                                (_, method, _) -> {
                                    throw new AssertionError(method + " is not for events");
                                }));
    }

    void publish(String topic) {
        int number = published.merge(topic, 1, Integer::sum);
        events.publish(app, topic, Json.object().put("number", number));
    }

    /// Sets the time of PostgreSQL.
    void tellTime() {
        Duration now = simulation.passed();
        if (!now.equals(databaseTime)) {
            databaseTime = now;
            database.update(
                    Sql.of(
                            "update simulation.clock set at = ?::timestamptz",
                            Simulation.BEGIN.plus(now)));
        }
    }

    /// A lease as PostgreSQL has it.
    private record Lease(String address, String holder, Duration overdue) {}

    private List<Lease> leases() {
        return database.query(
                Sql.of(
                        "select address, leased_by, greatest(leased_until, ?::timestamptz)"
                                + " from rialto.function_follower",
                        Simulation.BEGIN),
                row ->
                        new Lease(
                                row.getString(1),
                                row.getString(2),
                                Duration.between(
                                        row.getObject(3, OffsetDateTime.class).toInstant(),
                                        Simulation.BEGIN.plus(simulation.passed()))));
    }

    /// Begins a call of a subscriber.
    ///
    /// @param certain whether nothing has held up the node since it looked at its lease
    Running begun(SimulatedPeer peer, String address, int number, boolean certain) {
        Progress of = progressOf(address);
        String what = peer.node().name() + " calls " + address + " for " + number;
        assertThat(number).as(what + " out of order").isBetween(1, of.begun + 1);
        if (certain) {
            assertThat(number).as(what + " again").isGreaterThan(of.committed);
            Lease lease =
                    leases().stream()
                            .filter(each -> each.address().equals(address))
                            .findFirst()
                            .orElseThrow();
            assertThat(lease.holder()).as(what + " without a lease").startsWith(peer.node().name());
            assertThat(lease.overdue()).as(what + " after its lease").isNegative();
            for (Running other : of.running) {
                boolean lost = other.peer().hadTroubleSince(other.begun().minus(Subscribers.LEASE));
                assertThat(lost).as(what + " while " + other.peer().node().name()).isTrue();
            }
        }
        of.begun = Math.max(of.begun, number);
        var running = new Running(peer, number, simulation.passed());
        of.running.add(running);
        return running;
    }

    void ended(String address, Running call) {
        progressOf(address).running.remove(call);
    }

    /// Fails some calls, each once.
    void failSometimes(String address, int number) {
        if (simulation.random().nextInt(10) == 0 && progressOf(address).failed.add(number)) {
            throw new RialtoException(ErrorCode.SCRIPT_FAILED, "as simulated");
        }
    }

    /// Notes that a position was stored.
    void committed(
            SimulatedPeer peer, String address, LogPosition position, Optional<Integer> number) {
        Progress of = progressOf(address);
        String what = peer.node().name() + " moves " + address;
        assertThat(position.number()).as(what + " back").isGreaterThanOrEqualTo(of.position);
        of.position = position.number();
        number.ifPresent(done -> of.committed = Math.max(of.committed, done));
    }

    private Progress progressOf(String address) {
        Progress of = progress.get(address);
        if (of == null) {
            throw new AssertionError("nobody subscribed as " + address);
        }
        return of;
    }

    /// No subscriber stays without a node while there is one that could take it. To be called every
    /// second.
    void assertTaken() {
        boolean able =
                living().stream()
                        .anyMatch(each ->
                                !each.hadTroubleSince(simulation.passed().minusSeconds(4))
                                        && each.isOlderThan(Duration.ofSeconds(4)));
        for (Lease each : leases()) {
            Progress of = progressOf(each.address());
            of.freeFor = each.overdue().isNegative() || !able ? 0 : of.freeFor + 1;
            assertThat(of.freeFor)
                    .as("after " + simulation.passed() + " nobody holds " + each)
                    .isLessThanOrEqualTo(MAX_LOOKS);
        }
    }

    boolean isAllHandled() {
        return TOPICS.entrySet().stream()
                .allMatch(each ->
                        progressOf(each.getKey()).committed
                                == published.getOrDefault(each.getValue(), 0));
    }

    void assertAllHandled() {
        TOPICS.forEach((address, topic) ->
                assertThat(progressOf(address).committed)
                        .as("the events that " + address + " has handled")
                        .isEqualTo(published.getOrDefault(topic, 0)));
    }
}
