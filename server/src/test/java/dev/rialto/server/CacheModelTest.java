package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.ModelClients.Reader;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Reads of three nodes on one database, held against what may be read: while objects and their
/// ACLs change, users enter and leave a role, the class changes, a node is killed and connections
/// break.
///
/// `-Drialto.model.seconds=600` runs it for longer, `-Drialto.model.seed=2` otherwise.
final class CacheModelTest {
    private static final long SEED = Long.getLong("rialto.model.seed", 1);
    private static final long LENGTH =
            Duration.ofSeconds(Long.getLong("rialto.model.seconds", 7)).toNanos();

    /// How late other nodes may show a write of an object, as docs/objects.md promises.
    private static final long BOUND = Duration.ofSeconds(2).toNanos();

    /// How late other nodes may learn of roles and classes: they are told by messages.
    private static final long MESSAGES = Duration.ofSeconds(10).toNanos();

    private static final int KILLED = 2;
    private static final int WRITERS = 4;
    private static final int OBJECTS = 5;
    private static final int READERS = 5;

    /// Who may read an object.
    private enum Acl {
        EVERYBODY,
        ROLE,
        NOBODY,
        GONE
    }

    /// An object as one write left it.
    private record Version(int n, Acl acl) {}

    /// What the class permits.
    private record Rules(boolean open, boolean showsSecret) {}

    /// One object that is written to by one writer alone.
    private record Thing(String id, int group, History<Version> versions) {}

    /// A read, and what the caller may have been at that time.
    private record Asked(int node, Reader reader, long begun, long ended) {
        boolean may(Acl acl, Set<Boolean> membership) {
            return switch (reader) {
                case MASTER -> acl != Acl.GONE;
                case ANONYMOUS, OUTSIDER -> acl == Acl.EVERYBODY;
                case MEMBER ->
                        acl == Acl.EVERYBODY || (acl == Acl.ROLE && membership.contains(true));
            };
        }

        boolean mayNot(Acl acl, Set<Boolean> membership) {
            return switch (reader) {
                case MASTER -> acl == Acl.GONE;
                case ANONYMOUS, OUTSIDER -> acl != Acl.EVERYBODY;
                case MEMBER ->
                        acl != Acl.EVERYBODY && (acl != Acl.ROLE || membership.contains(false));
            };
        }

        <T> Set<T> possible(History<T> history, long bound) {
            return history.possible(node, bound, begun, ended);
        }
    }

    private final ModelClients clients = new ModelClients(KILLED);
    private final Queue<Thing> things = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final History<Boolean> membership = new History<>();
    private final History<Rules> rules = new History<>();
    private final AtomicInteger served = new AtomicInteger();
    private volatile long end;
    private volatile boolean killed;
    private String role = "";
    private String member = "";

    @Test
    void showsNoReadWhatIsOverOrNotForIt() throws Exception {
        try (var server = new TestServer(Map.of("metrics.listen", "127.0.0.1:0"));
                RialtoServer other = server.anotherNode();
                var third = KilledNode.start(server.settingsOfAnotherNode());
                clients) {
            clients.reach(server.port(), other.port(), third.port());
            prepare(server);
            run(server, third);
            assertThat(wrong).isEmpty();
            assertThat(served.get()).as("reads that showed something").isPositive();
            assertThat(clients.hits(server.metricsPort())).as("answers from memory").isPositive();
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
        membership.begin(false, 0);
        membership.acknowledge();
        server.create(
                Sender.master(), "Thing", "{\"n\":0,\"group\":0,\"secret\":\"s\",\"ACL\":{}}");
        change(new Rules(true, true), 0, false);
    }

    private void run(TestServer server, KilledNode third) throws InterruptedException {
        end = System.nanoTime() + LENGTH;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            threads.add(start(1, i, random -> write(number, random)));
        }
        for (int i = 0; i < READERS; i++) {
            threads.add(start(2, i, this::read));
        }
        threads.add(start(3, 0, this::enterOrLeave));
        threads.add(start(4, 0, this::changeClass));
        Thread.sleep(Duration.ofNanos(LENGTH / 2));
        breakConnections(server);
        killed = true;
        third.kill();
        for (Thread each : threads) {
            each.join();
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

    /// One write of an object. Most objects are left alone for longer than the bound.
    private void write(int writer, Random random) throws InterruptedException {
        List<Thing> own = things.stream().filter(each -> each.group() == writer).toList();
        // One writer uses the same node always: the other hears of it by the log alone.
        boolean faithful = writer == 0;
        int node = faithful ? 0 : random.nextInt(killed ? KILLED : KILLED + 1);
        if (own.size() < OBJECTS) {
            create(writer, faithful ? 0 : random.nextInt(KILLED));
            return;
        }
        boolean seldom = random.nextInt(50) == 0;
        Thing thing = own.get(seldom ? 2 + random.nextInt(own.size() - 2) : random.nextInt(2));
        Acl acl = Acl.values()[random.nextInt(20) == 0 ? 3 : random.nextInt(3)];
        var next = new Version(thing.versions().last().n() + 1, acl);
        thing.versions().begin(next, node);
        Optional<Reply> reply =
                acl == Acl.GONE
                        ? clients.send(
                                node, Reader.MASTER, "DELETE", "/classes/Thing/" + thing.id(), "")
                        : clients.send(
                                node,
                                Reader.MASTER,
                                "PUT",
                                "/classes/Thing/" + thing.id(),
                                "{\"n\":" + next.n() + ",\"ACL\":" + wire(acl) + "}");
        if (reply.isPresent() && reply.get().status() == 200) {
            thing.versions().acknowledge();
        }
        if (reply.isEmpty() || reply.get().status() != 200 || acl == Acl.GONE) {
            // What a killed node was asked for may be done later than what others are asked for.
            things.remove(thing);
        }
        Thread.sleep(random.nextInt(25));
    }

    private static String wire(Acl acl) {
        return switch (acl) {
            case EVERYBODY -> "{\"*\":{\"read\":true}}";
            case ROLE -> "{\"role:crew\":{\"read\":true}}";
            case NOBODY, GONE -> "{}";
        };
    }

    private void create(int group, int node) {
        var versions = new History<Version>();
        versions.begin(new Version(-1, Acl.GONE), node);
        versions.acknowledge();
        versions.begin(new Version(0, Acl.EVERYBODY), node);
        Reply created =
                clients.send(
                                node,
                                Reader.MASTER,
                                "POST",
                                "/classes/Thing",
                                "{\"n\":0,\"secret\":\"s\",\"group\":"
                                        + group
                                        + ",\"ACL\":"
                                        + wire(Acl.EVERYBODY)
                                        + "}")
                        .orElseThrow();
        versions.acknowledge();
        things.add(new Thing(created.text("objectId"), group, versions));
    }

    private void enterOrLeave(Random random) throws InterruptedException {
        boolean enters = !membership.last();
        int node = random.nextInt(KILLED);
        membership.begin(enters, node);
        String change =
                "{\"users\":{\"__op\":\"%sRelation\",\"objects\":[{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\"%s\"}]}}"
                        .formatted(enters ? "Add" : "Remove", member);
        require(clients.send(node, Reader.MASTER, "PUT", "/roles/" + role, change));
        membership.acknowledge();
        Thread.sleep(random.nextInt(700));
    }

    private void changeClass(Random random) throws InterruptedException {
        // Each change makes nodes forget all answers of the class: mostly they are left some.
        Thread.sleep(random.nextInt(4) == 0 ? 100 : 3_500);
        change(
                new Rules(random.nextBoolean(), random.nextBoolean()),
                random.nextInt(KILLED),
                random.nextBoolean());
    }

    private void change(Rules next, int node, boolean extra) {
        rules.begin(next, node);
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
        rules.acknowledge();
        if (extra) {
            String field = "{\"fields\":{\"extra\":%s}}";
            String added = field.formatted("{\"type\":\"String\"}");
            require(clients.send(node, Reader.MASTER, "PUT", "/schemas/Thing", added));
            String removed = field.formatted("{\"__op\":\"Delete\"}");
            require(clients.send(node, Reader.MASTER, "PUT", "/schemas/Thing", removed));
        }
    }

    private void require(Optional<Reply> reply) {
        if (reply.isEmpty() || reply.get().status() != 200) {
            throw new IllegalStateException("refused: " + reply);
        }
    }

    /// One read of an object or of a list, on any node.
    private void read(Random random) throws InterruptedException {
        Thread.sleep(random.nextInt(3));
        List<Thing> known = List.copyOf(things);
        if (known.isEmpty()) {
            return;
        }
        int node = random.nextInt(killed ? KILLED : KILLED + 1);
        Reader reader = List.of(Reader.values()).get(random.nextInt(Reader.values().length));
        Thing thing = known.get(random.nextInt(known.size()));
        boolean list = random.nextInt(3) == 0;
        String where =
                URLEncoder.encode("{\"group\":" + thing.group() + "}", StandardCharsets.UTF_8);
        long begun = System.nanoTime();
        Optional<Reply> reply =
                clients.send(
                        node,
                        reader,
                        "GET",
                        list
                                ? "/classes/Thing?limit=100&where=" + where
                                : "/classes/Thing/" + thing.id(),
                        "");
        if (reply.isEmpty()) {
            return;
        }
        var asked = new Asked(node, reader, begun, System.nanoTime());
        if (!list) {
            check(asked, thing, reply.get(), shown(reply.get()));
            return;
        }
        Map<String, JsonNode> found = new HashMap<>();
        reply.get().body().path("results").forEach(each -> found.put(id(each), each));
        known.stream()
                .filter(each -> each.group() == thing.group())
                .forEach(each ->
                        check(asked, each, reply.get(), Optional.ofNullable(found.get(each.id()))));
    }

    private static String id(JsonNode object) {
        return object.path("objectId").asString("");
    }

    private static Optional<JsonNode> shown(Reply reply) {
        return reply.status() == 200 ? Optional.of(reply.body()) : Optional.empty();
    }

    private void check(Asked asked, Thing thing, Reply reply, Optional<JsonNode> shown) {
        Set<Version> versions = asked.possible(thing.versions(), BOUND);
        Set<Boolean> roles = asked.possible(membership, MESSAGES);
        Set<Rules> permitted = asked.possible(rules, MESSAGES);
        boolean right;
        if (shown.isPresent()) {
            served.incrementAndGet();
            int n = shown.get().path("n").asInt(-1);
            Predicate<Version> fits = each -> each.n() == n && asked.may(each.acl(), roles);
            right =
                    versions.stream().anyMatch(fits)
                            && permitted.stream().anyMatch(each -> fits(asked, each, shown.get()));
        } else {
            right =
                    (asked.reader() == Reader.ANONYMOUS
                                    && permitted.stream().anyMatch(each -> !each.open()))
                            || versions.stream().anyMatch(each -> asked.mayNot(each.acl(), roles));
        }
        if (!right || reply.status() == 500) {
            wrong.add(
                    "%s: %s %s; possible: %s, membership %s, %s"
                            .formatted(asked, thing.id(), reply, versions, roles, permitted));
        }
    }

    private static boolean fits(Asked asked, Rules permitted, JsonNode shown) {
        return asked.reader() == Reader.MASTER
                ? shown.has("secret")
                : (permitted.open() || asked.reader() != Reader.ANONYMOUS)
                        && permitted.showsSecret() == shown.has("secret");
    }
}
