package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.ModelClients.Reader;
import dev.rialto.server.ModelWrites.Acl;
import dev.rialto.server.ModelWrites.Write;
import dev.rialto.server.ReadModel.Rules;
import dev.rialto.server.ReadModel.Thing;
import dev.rialto.server.ReadModel.Version;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/// Reads of three nodes on one database, held against what may be read: while objects and their
/// ACLs change, users enter and leave a role, the class changes, a node is killed and connections
/// break.
///
/// `-Drialto.model.seconds=600` runs it for longer, `-Drialto.model.seeds=7,8` otherwise.
final class CacheModelTest {
    private static final String SEEDS = System.getProperty("rialto.model.seeds", "1,2");
    private static final long LENGTH =
            Duration.ofSeconds(Long.getLong("rialto.model.seconds", 4)).toNanos();

    /// How long a class stays as it is, mostly: each change makes nodes forget all its answers.
    private static final int CALM = 2_500;

    private static final List<Acl> STANDING = List.of(Acl.EVERYBODY, Acl.ROLE, Acl.NOBODY);
    private static final List<Reader> CALLERS = List.of(Reader.values());
    private static final int KILLED = 2;
    private static final int WRITERS = 4;
    private static final int OBJECTS = 5;
    private static final int READERS = 5;
    private static final int GRAVES = 10;

    private final ModelClients clients = new ModelClients(KILLED);
    private final Stalls stalls = new Stalls();
    private final Queue<Thing> things = new ConcurrentLinkedQueue<>();

    /// The last things that were deleted.
    private final Queue<Thing> gone = new ConcurrentLinkedQueue<>();

    private final ReadModel model = new ReadModel(stalls);
    private final ModelReads reads = new ModelReads(clients, model, things);
    private volatile long seed;
    private volatile long end;
    private volatile boolean killed;
    private String role = "";
    private String member = "";

    @Test
    void showsNoReadWhatIsOverOrNotForIt() throws Exception {
        try (var server = new TestServer(Map.of("metrics.listen", "127.0.0.1:0"));
                RialtoServer other = server.anotherNode();
                stalls;
                clients) {
            var writes = new ModelWrites(server, clients);
            for (String each : SEEDS.split(",", -1)) {
                seed = Long.parseLong(each);
                try (var third = KilledNode.start(server.settingsOfAnotherNode())) {
                    clients.reach(server.port(), other.port(), third.port());
                    if (role.isEmpty()) {
                        prepare(server);
                    }
                    run(server, third, writes);
                }
                assertThat(model.wrong()).as("with seed " + seed).isEmpty();
            }
            assertThat(model.served()).as("reads that showed something").isPositive();
            for (int port : List.of(server.metricsPort(), other.metricsPort().orElseThrow())) {
                assertThat(clients.hits(port)).as("answers from memory").isPositive();
            }
        }
    }

    private void prepare(TestServer server) {
        for (Reader each : List.of(Reader.MEMBER, Reader.OUTSIDER)) {
            Reply user = server.signUp(each.name());
            clients.as(each, Sender.client().session(user.text("sessionToken")));
            member = each == Reader.MEMBER ? user.text("objectId") : member;
        }
        role =
                server.post(Sender.master(), "/roles", "{\"name\":\"crew\",\"ACL\":{}}")
                        .text("objectId");
        model.membership().begin(false, 0);
        model.membership().acknowledge();
        server.create(
                Sender.master(), "Thing", "{\"n\":0,\"group\":0,\"secret\":\"s\",\"ACL\":{}}");
        model.extra().begin(false, 0);
        model.extra().acknowledge();
        change(new Rules(true, true), 0, false);
    }

    private void run(TestServer server, KilledNode third, ModelWrites writes)
            throws InterruptedException {
        things.clear();
        gone.clear();
        killed = false;
        end = System.nanoTime() + LENGTH;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            threads.add(start(1, i, random -> write(number, writes, random)));
        }
        for (int i = 0; i < READERS; i++) {
            threads.add(start(2, i, this::read));
        }
        threads.add(start(3, 0, this::enterOrLeave));
        threads.add(start(4, 0, this::changeClass));
        Thread.sleep(Duration.ofNanos(LENGTH * 3 / 5));
        breakConnections(server);
        killed = true;
        third.kill();
        for (Thread each : threads) {
            each.join();
        }
        settle(writes);
    }

    /// Changes all that nodes keep, and looks at it once each must have heard of it: then there is
    /// one right answer, however slow the machine is.
    private void settle(ModelWrites writes) throws InterruptedException {
        var random = new Random(seed);
        reads.lookAtAll(KILLED, CALLERS);
        for (Thing each : List.copyOf(things)) {
            int n = each.versions().last().n() + 1;
            int node = each.group() == 1 ? ModelWrites.NO_NODE : each.group() % KILLED;
            bring(each, new Version(n, pick(STANDING, random)), node, writes, random);
        }
        enterOrLeave(random.nextInt(KILLED));
        Thread.sleep(Duration.ofNanos(ReadModel.BOUND + stalls.longest()).plusMillis(50));
        reads.lookAtAll(KILLED, CALLERS);
        change(different(random), random.nextInt(KILLED), false);
        Thread.sleep(Duration.ofNanos(ReadModel.BOUND + stalls.longest()).plusMillis(50));
        reads.lookAtAll(KILLED, CALLERS);
    }

    private interface Step {
        void run(Random random) throws InterruptedException;
    }

    private Thread start(int kind, int number, Step step) {
        var random = new Random(seed * 1_000 + kind * 100L + number);
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (System.nanoTime() < end && model.wrong().isEmpty()) {
                            step.run(random);
                        }
                    } catch (InterruptedException | RuntimeException failure) {
                        model.wrong().add(failure.toString());
                    }
                });
    }

    private static void breakConnections(TestServer server) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where application_name = 'rialto invalidations'"
                            + " and datname = current_database()");
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    /// One write of an object. Most objects are left alone for longer than the bound, and the first
    /// one of each writer stays: a node that did not hear of its changes would go on showing it.
    private void write(int writer, ModelWrites writes, Random random) throws InterruptedException {
        List<Thing> own = things.stream().filter(each -> each.group() == writer).toList();
        int node = nodeOf(writer, random);
        if (own.size() < OBJECTS) {
            create(writer, Math.clamp(node, 0, KILLED - 1));
            return;
        }
        boolean looks = node != ModelWrites.NO_NODE && random.nextInt(3) == 0;
        boolean seldom = random.nextInt(150) == 0;
        int place = seldom ? 2 + random.nextInt(own.size() - 2) : random.nextInt(2);
        Thing thing = own.get(place);
        boolean ends = place > 0 && random.nextInt(12) == 0;
        Acl acl = ends ? Acl.GONE : pick(STANDING, random);
        var next = new Version(thing.versions().last().n() + 1, acl);
        if (looks) {
            reads.look(node, thing);
        }
        boolean done = bring(thing, next, node, writes, random);
        if (looks && done) {
            reads.look(node, thing);
        }
        Thread.sleep(random.nextInt(25));
    }

    private boolean bring(Thing thing, Version next, int node, ModelWrites writes, Random random) {
        thing.versions().begin(next, node);
        boolean done = writes.run(new Write(node, thing.id(), next.n(), next.acl()), random);
        if (done) {
            thing.versions().acknowledge();
        }
        if (!done || next.acl() == Acl.GONE) {
            // What a killed node was asked for may be done later than what others are asked for.
            things.remove(thing);
        }
        if (done && next.acl() == Acl.GONE) {
            gone.add(thing);
            if (gone.size() > GRAVES) {
                gone.poll();
            }
        }
        return done;
    }

    private static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }

    /// Of what two writers do, nodes hear by the log alone: one always uses the same node, another
    /// one none.
    private int nodeOf(int writer, Random random) {
        return switch (writer) {
            case 0 -> 0;
            case 1 -> ModelWrites.NO_NODE;
            default -> random.nextInt(killed ? KILLED : KILLED + 1);
        };
    }

    private void create(int group, int node) {
        var versions = new History<Version>();
        versions.begin(new Version(-1, Acl.GONE), node);
        versions.acknowledge();
        things.stream()
                .filter(each -> each.group() == group)
                .findFirst()
                .ifPresent(each -> reads.look(node, each));
        versions.begin(new Version(0, Acl.EVERYBODY), node);
        String body =
                "{\"n\":0,\"secret\":\"s\",\"group\":%d,\"ACL\":%s}"
                        .formatted(group, Acl.EVERYBODY.wire());
        Reply created =
                clients.send(node, Reader.MASTER, "POST", "/classes/Thing", body).orElseThrow();
        versions.acknowledge();
        var thing = new Thing(created.text("objectId"), group, versions);
        things.add(thing);
        reads.look(node, thing);
    }

    private void enterOrLeave(Random random) throws InterruptedException {
        enterOrLeave(random.nextInt(KILLED));
        Thread.sleep(random.nextBoolean() ? CALM : random.nextInt(500));
    }

    private void enterOrLeave(int node) {
        boolean enters = !model.membership().last();
        model.membership().begin(enters, node);
        String change =
                "{\"users\":{\"__op\":\"%sRelation\",\"objects\":[{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\"%s\"}]}}"
                        .formatted(enters ? "Add" : "Remove", member);
        require(clients.send(node, Reader.MASTER, "PUT", "/roles/" + role, change));
        model.membership().acknowledge();
    }

    private void changeClass(Random random) throws InterruptedException {
        Thread.sleep(random.nextInt(4) == 0 ? 100 : CALM);
        change(different(random), random.nextInt(KILLED), random.nextBoolean());
    }

    private Rules different(Random random) {
        Rules now = model.rules().last();
        boolean both = random.nextInt(3) == 0;
        boolean first = both || random.nextBoolean();
        return new Rules(now.open() ^ first, now.showsSecret() ^ (both || !first));
    }

    private void change(Rules next, int node, boolean extra) {
        model.rules().begin(next, node);
        String who = next.open() ? "{\"*\":true}" : "{\"requiresAuthentication\":true}";
        String hidden = next.showsSecret() ? "[]" : "[\"secret\"]";
        String permissions =
                "{\"get\":%s,\"find\":%s,\"protectedFields\":{\"*\":%s}}"
                        .formatted(who, who, hidden);
        require(
                clients.send(
                        node,
                        Reader.MASTER,
                        "PUT",
                        "/schemas/Thing",
                        "{\"classLevelPermissions\":" + permissions + "}"));
        model.rules().acknowledge();
        if (extra) {
            changeFields(node);
        }
    }

    /// Adds a field, gives it to some objects, and removes it.
    private void changeFields(int node) {
        String field = "{\"fields\":{\"extra\":%s}}";
        String added = field.formatted("{\"type\":\"String\"}");
        String removed = field.formatted("{\"__op\":\"Delete\"}");
        model.extra().begin(true, node);
        require(clients.send(node, Reader.MASTER, "PUT", "/schemas/Thing", added));
        model.extra().acknowledge();
        for (Thing each : things) {
            // It may be deleted meanwhile.
            clients.send(
                    node, Reader.MASTER, "PUT", "/classes/Thing/" + each.id(), "{\"extra\":\"x\"}");
            for (int reading = 0; reading < KILLED; reading++) {
                reads.get(reading, Reader.MASTER, each);
            }
        }
        model.extra().begin(false, node);
        require(clients.send(node, Reader.MASTER, "PUT", "/schemas/Thing", removed));
        model.extra().acknowledge();
    }

    private void require(Optional<Reply> reply) {
        if (reply.isEmpty() || reply.get().status() != 200) {
            throw new IllegalStateException("refused: " + reply);
        }
    }

    /// One read of an object or of a list, on any node.
    private void read(Random random) throws InterruptedException {
        Thread.sleep(random.nextInt(3));
        List<Thing> known = List.copyOf(random.nextInt(10) == 0 ? gone : things);
        if (!known.isEmpty()) {
            int node = random.nextInt(killed ? KILLED : KILLED + 1);
            Reader reader = pick(CALLERS, random);
            Thing thing = pick(known, random);
            if (random.nextInt(3) == 0) {
                reads.list(node, reader, thing);
            } else {
                // Half of the time one that is often written.
                Optional<Thing> first =
                        known.stream()
                                .filter(each -> each.group() == thing.group())
                                .findFirst()
                                .filter(_ -> random.nextBoolean());
                reads.get(node, reader, first.orElse(thing));
            }
        }
    }
}
