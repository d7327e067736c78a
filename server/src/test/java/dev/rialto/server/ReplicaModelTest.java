package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.ModelClients.Reader;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.testing.ReplicatedPostgreSql;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Reads of two nodes whose database has a replica that stands still at times and is killed once,
/// held against what may be read: no answer that is not from memory is older than what anybody had
/// been told before it was asked for, and none shows an object to somebody who had lost it.
///
/// `-Drialto.model.seconds=600` runs it for longer, `-Drialto.model.seed=2` otherwise.
final class ReplicaModelTest {
    private static final long SEED = Long.getLong("rialto.model.seed", 1);
    private static final long LENGTH =
            Duration.ofSeconds(Long.getLong("rialto.model.seconds", 6)).toNanos();

    /// How late what another node has in memory may be, as docs/objects.md promises.
    private static final long BOUND = Duration.ofSeconds(2).toNanos();

    /// With this header nothing comes from memory.
    private static final String SEEN = "X-Rialto-Position";

    private static final int NODES = 2;
    private static final int WRITERS = 4;
    private static final int READERS = 5;

    /// An object as one write left it.
    private record Version(int n, boolean open) {}

    /// An object that one writer writes to.
    private record Thing(String id, History<Version> versions) {}

    /// Ways to read objects.
    private enum Way {
        GET,
        FIND,
        SCAN,
        AGGREGATE
    }

    private final ModelClients clients = new ModelClients(-1);
    private final List<Thing> things = new ArrayList<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger read = new AtomicInteger();
    private volatile long end;

    @TempDir private Path home;

    @Test
    void showsNoReadWhatWasOverBeforeItBegan() throws Exception {
        try (var postgres = ReplicatedPostgreSql.start(home)) {
            var replica = postgres.addReplica(true);
            var settings = new HashMap<>(Map.of("metrics.listen", "127.0.0.1:0"));
            var primary = postgres.primary().settings();
            settings.put("database.url", primary.url());
            settings.put("database.user", primary.user().orElseThrow());
            settings.put("database.password", primary.password().orElseThrow());
            settings.put("database.replicas", replica.settings().url());
            try (var server = new TestServer(settings);
                    RialtoServer other = server.anotherNode();
                    clients) {
                clients.reach(server.port(), other.port());
                clients.as(Reader.MEMBER, Sender.client().with(SEEN, "any"));
                clients.as(Reader.OUTSIDER, Sender.master().with(SEEN, "any"));
                run(replica);
                assertThat(wrong).isEmpty();
                assertThat(read.get()).as("answers").isPositive();
                for (int port : List.of(server.metricsPort(), other.metricsPort().orElseThrow())) {
                    assertThat(clients.total(port, "rialto_replicas_reads_total"))
                            .as("answers of the replica")
                            .isPositive();
                }
                assertThat(clients.total(server.metricsPort(), "rialto_replicas_passed_total"))
                        .as("answers of the primary")
                        .isPositive();
            }
        }
    }

    private void run(ReplicatedPostgreSql.Server replica) throws InterruptedException {
        for (int i = 0; i < WRITERS; i++) {
            create();
        }
        end = System.nanoTime() + LENGTH;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Thing own = things.get(i);
            threads.add(start(1, i, random -> write(own, random)));
        }
        for (int i = 0; i < READERS; i++) {
            threads.add(start(2, i, this::read));
        }
        var random = new Random(SEED);
        boolean killed = false;
        while (System.nanoTime() < end && wrong.isEmpty()) {
            Thread.sleep(200 + random.nextInt(300));
            if (!killed && System.nanoTime() > end - LENGTH / 2) {
                replica.kill();
                killed = true;
                awaitReturn(replica);
            }
            replica.pause();
            Thread.sleep(random.nextInt(300));
            replica.resume();
        }
        for (Thread each : threads) {
            each.join();
        }
    }

    private void awaitReturn(ReplicatedPostgreSql.Server replica) throws InterruptedException {
        long limit = System.nanoTime() + 2 * 60_000_000_000L;
        while (true) {
            try {
                replica.await("select pg_is_in_recovery()");
                return;
            } catch (IllegalStateException starting) {
                assertThat(System.nanoTime()).as("%s", starting).isLessThan(limit);
                Thread.sleep(20);
            }
        }
    }

    private interface Step {
        void run(Random random) throws InterruptedException;
    }

    private Thread start(int kind, int number, Step step) {
        var random = new Random(SEED * 1_000 + kind * 100L + number);
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (System.nanoTime() < end && wrong.isEmpty()) {
                            step.run(random);
                        }
                    } catch (InterruptedException | RuntimeException failure) {
                        wrong.add(failure.toString());
                    }
                });
    }

    private void create() {
        var versions = new History<Version>();
        versions.begin(new Version(0, true), 0);
        Reply created = sent(0, Reader.MASTER, "POST", "/classes/Thing", fields(versions.last()));
        versions.acknowledge();
        things.add(new Thing(created.text("objectId"), versions));
    }

    private void write(Thing own, Random random) throws InterruptedException {
        var next = new Version(own.versions().last().n() + 1, random.nextBoolean());
        int node = random.nextInt(NODES);
        own.versions().begin(next, node);
        Reply reply = sent(node, Reader.MASTER, "PUT", "/classes/Thing/" + own.id(), fields(next));
        if (reply.status() != 200) {
            throw new IllegalStateException("refused: " + reply);
        }
        own.versions().acknowledge();
        Thread.sleep(random.nextInt(25));
    }

    private static String fields(Version version) {
        return "{\"n\":%d,\"ACL\":%s}"
                .formatted(version.n(), version.open() ? "{\"*\":{\"read\":true}}" : "{}");
    }

    private void read(Random random) throws InterruptedException {
        Thread.sleep(random.nextInt(3));
        int node = random.nextInt(NODES);
        Way way = Way.values()[random.nextInt(Way.values().length)];
        boolean seen = random.nextBoolean();
        boolean master = way == Way.AGGREGATE || random.nextBoolean();
        Reader reader =
                master
                        ? (seen ? Reader.OUTSIDER : Reader.MASTER)
                        : (seen ? Reader.MEMBER : Reader.ANONYMOUS);
        Thing thing = things.get(random.nextInt(things.size()));
        long begun = System.nanoTime();
        Reply reply = sent(node, reader, "GET", path(way, thing), "");
        long ended = System.nanoTime();
        Optional<JsonNode> shown = shown(way, reply);
        Set<Version> possible =
                thing.versions()
                        .possible(node, isFromMemory(way) && !seen ? BOUND : 0, begun, ended);
        boolean right =
                shown.isPresent()
                        ? possible.stream()
                                .anyMatch(each ->
                                        each.n() == shown.get().path("n").asInt(-1)
                                                && (master || each.open()))
                        : !master && possible.stream().anyMatch(each -> !each.open());
        read.incrementAndGet();
        if (!right) {
            wrong.add(
                    "node %d, %s, %s: %s; possible: %s"
                            .formatted(node, way, reader, reply, possible));
        }
    }

    private static boolean isFromMemory(Way way) {
        return switch (way) {
            case GET, FIND -> true;
            case SCAN, AGGREGATE -> false;
        };
    }

    private static String path(Way way, Thing thing) {
        String where = encoded("{\"objectId\":\"" + thing.id() + "\"}");
        return switch (way) {
            case GET -> "/classes/Thing/" + thing.id();
            case FIND -> "/classes/Thing?order=n&where=" + where;
            case SCAN -> "/scan/Thing?where=" + where;
            case AGGREGATE ->
                    "/aggregate/Thing?pipeline="
                            + encoded("[{\"$match\":{\"objectId\":\"" + thing.id() + "\"}}]");
        };
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Optional<JsonNode> shown(Way way, Reply reply) {
        if (way == Way.GET && reply.status() == 404) {
            return Optional.empty();
        }
        if (reply.status() != 200) {
            throw new IllegalStateException("a read failed: " + reply);
        }
        return way == Way.GET
                ? Optional.of(reply.body())
                : Optional.ofNullable(reply.body().path("results").get(0));
    }

    private Reply sent(int node, Reader as, String method, String path, String body) {
        return clients.send(node, as, method, path, body).orElseThrow();
    }
}
