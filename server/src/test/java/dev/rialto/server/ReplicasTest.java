package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Database;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.ReplicaReads;
import dev.rialto.store.Replicas;
import dev.rialto.store.Sql;
import dev.rialto.testing.ReplicatedPostgreSql;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads of a database with real replicas.
class ReplicasTest {
    private static final Replicas.Limits LIMITS =
            new Replicas.Limits(Duration.ofSeconds(2), Duration.ofHours(1));

    private static final Replicas.Limits IMPATIENT =
            new Replicas.Limits(Duration.ofMillis(20), Duration.ofHours(1));

    @TempDir private static Path home;
    private static ReplicatedPostgreSql postgres;
    private static DatabaseSettings primary;
    private static ReplicatedPostgreSql.Server replica;

    @BeforeAll
    static void start() {
        postgres = ReplicatedPostgreSql.start(home);
        primary = postgres.primary().settings();
        replica = postgres.addReplica(true);
        postgres.primary().run("create table note (id int primary key, text text)");
    }

    @AfterAll
    static void close() {
        postgres.close();
    }

    /// A database that reads from replicas, and what is measured of it.
    private static final class Node implements AutoCloseable, Gauges {
        private final Database database = Database.open(primary);
        private final Replicas replicas;
        private final Map<String, DoubleSupplier> values = new HashMap<>();

        Node(Replicas.Limits limits, List<DatabaseSettings> addresses) {
            replicas = Replicas.open(primary, addresses, limits);
            database.replicaReads().use(replicas);
            replicas.measure(this);
        }

        /// What a read finds, and the port of the server that answered.
        Found read(int id) {
            return database.replicaReads().run(() -> find(id));
        }

        /// The same, for a client that takes what is late.
        Found readSince(String position, int id) {
            return database.replicaReads()
                    .forClient(
                            new ReplicaReads.Client(position, true),
                            () -> database.replicaReads().run(() -> find(id)));
        }

        private Found find(int id) {
            return database.queryFirst(
                            Sql.of(
                                    "select inet_server_port(),"
                                            + " coalesce((select text from note where"
                                            + " id = ?), '')",
                                    id),
                            row -> new Found(row.getInt(1), row.getString(2)))
                    .orElseThrow();
        }

        void write(int id, String text) {
            database.update(
                    Sql.of(
                            "insert into note values (?, ?) on conflict (id) do update set text ="
                                    + " excluded.text",
                            id,
                            text));
        }

        void awaitReadFrom(DatabaseSettings server) {
            await(() -> read(0).port() == port(server));
        }

        double value(String name) {
            return Objects.requireNonNull(values.get(name), name).getAsDouble();
        }

        @Override
        public void gauge(String name, String meaning, DoubleSupplier value) {
            values.put(name, value);
        }

        @Override
        public void count(String name, String meaning, DoubleSupplier total) {
            values.put(name, total);
        }

        @Override
        public void close() {
            replicas.close();
            database.close();
        }
    }

    private record Found(int port, String text) {}

    private static int port(DatabaseSettings settings) {
        return Integer.parseInt(settings.url().replaceFirst("^.*:(\\d+)/.*$", "$1"));
    }

    private static void await(BooleanSupplier condition) {
        long limit = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the limit of a minute").isLessThan(limit);
            try {
                Thread.sleep(5);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stop);
            }
        }
    }

    @Test
    void readsFromAReplicaWhatWasJustWritten() {
        try (var node = new Node(LIMITS, List.of(replica.settings()))) {
            node.awaitReadFrom(replica.settings());
            for (int n = 0; n < 50; n++) {
                node.write(1, "v" + n);
                assertThat(node.read(1).text()).isEqualTo("v" + n);
            }

            assertThat(node.value("rialto.replicas.reads")).isGreaterThan(10);
            assertThat(node.value("rialto.replicas.used")).isEqualTo(1);
            assertThat(node.replicas.warning()).isEmpty();
        }
    }

    @Test
    void asksThePrimaryWhileNoReplicaShowsWhatWasCommitted() {
        try (var node = new Node(IMPATIENT, List.of(replica.settings()));
                var other = new Node(IMPATIENT, List.of(replica.settings()))) {
            node.write(2, "before");
            node.awaitReadFrom(replica.settings());
            replica.pause();
            node.write(2, "after");

            for (Node each : List.of(node, other)) {
                assertThat(each.read(2)).isEqualTo(new Found(port(primary), "after"));
            }
            assertThat(replica.run("select text from note where id = 2")).isEqualTo("before");
            assertThat(node.value("rialto.replicas.passed")).isPositive();

            replica.resume();
            for (Node each : List.of(node, other)) {
                each.awaitReadFrom(replica.settings());
                assertThat(each.read(2).text()).isEqualTo("after");
            }
        }
    }

    @Test
    void givesClientsThatTakeWhatIsLateNothingOlderThanTheyHaveSeen() {
        var strict = new Replicas.Limits(Duration.ofMillis(20), Duration.ZERO);
        try (var node = new Node(IMPATIENT, List.of(replica.settings()));
                var exact = new Node(strict, List.of(replica.settings()))) {
            node.write(6, "before");
            String seen = node.database.replicaReads().position().orElseThrow();
            node.awaitReadFrom(replica.settings());
            replica.pause();
            node.write(6, "after");
            String own = node.database.replicaReads().position().orElseThrow();

            var late = new Found(port(replica.settings()), "before");
            await(() -> node.readSince(seen, 6).equals(late));
            for (String each : List.of(own, "", "0", "zz-0", "1-", "-1--1", "ffffffff-0")) {
                assertThat(node.readSince(each, 6))
                        .as(each)
                        .isEqualTo(new Found(port(primary), "after"));
            }
            assertThat(exact.database.replicaReads().position()).isEmpty();
            assertThat(exact.readSince(seen, 6)).isEqualTo(new Found(port(primary), "after"));
            replica.resume();
        }
    }

    @Test
    void tellsHoldersOfAMasterKeyThePositionOfTheirWritesAndTakesItBackFromThem() throws Exception {
        Map<String, String> settings =
                Map.of(
                        "database.url", primary.url(),
                        "database.user", primary.user().orElseThrow(),
                        "database.password", primary.password().orElseThrow(),
                        "database.replicas", replica.settings().url(),
                        "database.replica-staleness", "1h");
        String header = "X-Rialto-Position";
        Sender master = Sender.master();
        try (var server = new TestServer(settings)) {
            String path = "/classes/Note/" + server.create(master, "Note", "{\"n\":1}");
            assertThat(server.put(master, path, "{\"n\":1}").headers().firstValue(header))
                    .isEmpty();
            Sender asking = Sender.client().with(header, "any");
            assertThat(server.put(asking, path, "{\"n\":2}").headers().firstValue(header))
                    .isEmpty();
            String seen =
                    server.put(master.with(header, "any"), path, "{\"n\":3}")
                            .headers()
                            .firstValue(header)
                            .orElseThrow();
            postgres.awaitCaughtUp(replica);
            replica.pause();
            server.put(master, path, "{\"n\":4}");

            Sender late = master.with(header, seen);
            await(() -> server.get(late, path).body().path("n").asInt() == 3);
            String where = "{\"n\":{\"$gt\":0}}";
            assertThat(server.find(late, "Note", where).body().at("/results/0/n").asInt())
                    .isEqualTo(3);
            for (Sender exact :
                    List.of(master, Sender.client(), Sender.client().with(header, seen))) {
                assertThat(server.get(exact, path).body().path("n").asInt()).isEqualTo(4);
                assertThat(server.find(exact, "Note", where).body().at("/results/0/n").asInt())
                        .isEqualTo(4);
            }
            replica.resume();
        }
    }

    @Test
    void readsInATransactionFromThePrimary() {
        try (var node = new Node(LIMITS, List.of(replica.settings()))) {
            node.awaitReadFrom(replica.settings());
            Found found =
                    node.database.inTransaction(() -> {
                        node.write(3, "not yet committed");
                        return node.read(3);
                    });
            assertThat(found).isEqualTo(new Found(port(primary), "not yet committed"));
        }
    }

    @Test
    void failsNoReadWhenAReplicaIsKilledAndUsesItAgainWhenItIsBack() throws Exception {
        failsNoReadWhile(replica::kill, () -> {});
    }

    @Test
    void failsNoReadWhenAReplicaNoLongerAnswers() throws Exception {
        failsNoReadWhile(replica::freeze, replica::thaw);
    }

    private static void failsNoReadWhile(Runnable breaks, Runnable mends) throws Exception {
        try (var node = new Node(LIMITS, List.of(withoutEnd(replica.settings())))) {
            node.write(4, "there");
            node.awaitReadFrom(replica.settings());
            var readers = new Readers(node);
            readers.awaitMoreOfEach();
            breaks.run();
            try {
                readers.awaitMoreOfEach();
            } finally {
                mends.run();
            }
            node.awaitReadFrom(replica.settings());
            readers.stop();

            assertThat(readers.failure.get()).isNull();
            assertThat(node.value("rialto.replicas.repeated")).isPositive();
        }
    }

    /// Clients that read all the time.
    private static final class Readers {
        private static final int NUMBER = 8;
        private static final int MORE = 30;

        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final AtomicIntegerArray reads = new AtomicIntegerArray(NUMBER);
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> threads;

        Readers(Node node) {
            threads =
                    IntStream.range(0, NUMBER)
                            .mapToObj(number -> Thread.ofVirtual().start(() -> read(node, number)))
                            .toList();
        }

        private void read(Node node, int number) {
            try {
                while (!stopped.get()) {
                    assertThat(node.read(4).text()).isEqualTo("there");
                    reads.incrementAndGet(number);
                }
            } catch (RuntimeException | Error wrong) {
                failure.set(wrong);
            }
        }

        void awaitMoreOfEach() {
            for (int i = 0; i < NUMBER; i++) {
                int number = i;
                int goal = reads.get(i) + MORE;
                await(() -> reads.get(number) >= goal || failure.get() != null);
            }
        }

        void stop() throws InterruptedException {
            stopped.set(true);
            for (Thread each : threads) {
                each.join();
            }
        }
    }

    /// Statements may take longer than this test waits.
    private static DatabaseSettings withoutEnd(DatabaseSettings settings) {
        return new DatabaseSettings(
                settings.url(),
                settings.user(),
                settings.password(),
                settings.connections(),
                settings.connectionTimeout(),
                Duration.ofMinutes(10));
    }

    @Test
    void leavesOutAReplicaThatWasPromoted() {
        var promoted = postgres.addReplica(false);
        try (var node = new Node(LIMITS, List.of(promoted.settings()))) {
            node.awaitReadFrom(promoted.settings());
            promoted.promote();
            promoted.run("insert into note values (5, 'never on the primary')");

            assertThat(node.read(5)).isEqualTo(new Found(port(primary), ""));
            await(() -> node.replicas.warning().isPresent());
            assertThat(node.replicas.warning())
                    .contains("replica 1 is not used: it is not a standby");
            assertThat(node.value("rialto.replicas.used")).isZero();
        }
    }

    @Test
    void startsWithoutAReplicaThatIsNotThereAndNotWithAnothersReplica() {
        DatabaseSettings absent = primary.withUrl("jdbc:postgresql://127.0.0.1:1/rialto");
        try (var node = new Node(LIMITS, List.of(absent))) {
            assertThat(node.read(0).port()).isEqualTo(port(primary));
            assertThat(node.replicas.warning()).contains("replica 1 is not used: not reachable");
        }
        DatabaseSettings another =
                primary.withUrl(primary.url().replaceFirst("/[^/]*$", "/postgres"));
        assertThatThrownBy(() -> Replicas.open(primary, List.of(another), LIMITS))
                .isInstanceOf(SetupException.class)
                .hasMessage("database.replicas: replica 1 is not a replica of this database");
        try (var node = new Node(LIMITS, List.of(primary))) {
            assertThat(node.read(0).port()).isEqualTo(port(primary));
            assertThat(node.replicas.warning())
                    .contains("replica 1 is not used: it is not a standby");
            assertThat(node.value("rialto.replicas.reads")).isZero();
        }
    }
}
