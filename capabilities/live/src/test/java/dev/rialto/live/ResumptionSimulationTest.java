package dev.rialto.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.SystemClasses;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.LogPosition;
import dev.rialto.store.Sql;
import dev.rialto.testing.Simulation;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Clients that lose their connection after any frame and resume, while objects, permissions and
/// the class change and the log forgets: they are told each change once and in order, or to start
/// over.
final class ResumptionSimulationTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App APP = POSTGRES.app();
    private static final Caller MASTER = new Caller.Master();
    private static final ObjectsCapability OBJECTS =
            new ObjectsCapability(
                    POSTGRES.database(),
                    InstantSource.system(),
                    (_, name) -> name,
                    ObjectsSettings.defaults(),
                    (_, _) -> {});
    private static final TestFrontDoor DOOR =
            TestFrontDoor.open(OBJECTS.schema().operations(), APP);
    private static final ChangeLog LOG = new ChangeLog(POSTGRES.database());

    @AfterAll
    static void close() {
        DOOR.close();
        POSTGRES.close();
    }

    @Test
    void tellsEachChangeOnceOrToStartOver() throws Exception {
        Simulation.forSeeds(1, 12, simulation -> new World(simulation).run());
    }

    private static final class World {
        private final RandomGenerator random;
        private final String className;
        private final SteppedTail tail = new SteppedTail(LOG);
        private final List<CopyingClient> clients = new ArrayList<>();

        /// In the order of creation: ids are others in each run.
        private final Map<String, Integer> versions = new LinkedHashMap<>();

        private boolean open = true;

        /// The number of the last change of permissions, and of the last change that is gone.
        private long permitted;

        private long gone;

        World(Simulation simulation) {
            random = simulation.random();
            className = "Thing" + simulation.seed();
            write();
            var subscriptions =
                    new Subscriptions(
                            LOG,
                            tail,
                            OBJECTS.watching(),
                            (_, token) -> new Caller.User("ada", token, Set.of()),
                            new AccessChanges(new SystemClasses()),
                            new LiveTriggers(Triggers.NONE));
            Guest anonymous = new Guest(APP, new Caller.Anonymous(), Optional.empty());
            for (Guest each :
                    List.of(
                            anonymous,
                            anonymous.withSession("r:ada"),
                            new Guest(APP, MASTER, Optional.empty()))) {
                for (String where : List.of("{}", "{\"n\":{\"$lt\":3}}")) {
                    var request = Watching.all(className, Json.read(where).asObject());
                    clients.add(
                            new CopyingClient(
                                    subscriptions, OBJECTS.watching(), LOG, each, request));
                }
            }
        }

        void run() {
            for (int i = 0; i < 120; i++) {
                step();
            }
            permit(true);
            for (CopyingClient each : clients) {
                tail.settle();
                // It may have to start over first.
                connect(each, 1_000);
                connect(each, 1_000);
                tail.settle();
                each.assertUpToDate();
                assertThat(each.isConnected()).isTrue();
            }
        }

        private void step() {
            CopyingClient client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(40)) {
                case 0 -> permit(!open);
                case 1 -> forget();
                case 2 -> addField();
                case 3, 4, 5 -> client.disconnect();
                case 6, 7, 8, 9, 10, 11, 12, 13, 14 -> connect(client, 1 + random.nextInt(12));
                case 15, 16, 17, 18, 19 -> tail.step(1 + random.nextInt(5));
                case 20 -> {
                    tail.settle();
                    clients.stream()
                            .filter(CopyingClient::isConnected)
                            .forEach(CopyingClient::assertUpToDate);
                }
                default -> write();
            }
        }

        private void connect(CopyingClient client, int frames) {
            boolean resumes = !client.isConnected() && client.token().isPresent();
            long from = client.token().map(LogPosition::number).orElse(0L);
            boolean startedOver =
                    client.connect(
                            frames,
                            () -> {
                                write();
                                tail.step(1 + random.nextInt(3));
                            });
            if (resumes && (from < gone || (from < permitted && !client.isMaster()))) {
                assertThat(startedOver).as("resumed from " + from).isTrue();
            }
        }

        private void write() {
            ObjectNode fields = Json.object().put("n", random.nextInt(6));
            ObjectNode acl = fields.putObject("ACL");
            switch (random.nextInt(3)) {
                case 0 -> acl.putObject("*").put("read", true);
                case 1 -> acl.putObject("ada").put("read", true);
                default -> {
                    // For the master key only.
                }
            }
            List<String> ids = List.copyOf(versions.keySet());
            if (ids.size() < 3) {
                ObjectNode made =
                        OBJECTS.objects()
                                .create(
                                        APP,
                                        MASTER,
                                        Optional.empty(),
                                        className,
                                        fields.put("version", 1));
                versions.put(made.path("objectId").asString(""), 1);
                return;
            }
            String id = ids.get(random.nextInt(ids.size()));
            if (random.nextInt(8) == 0) {
                versions.remove(id);
                OBJECTS.objects().delete(APP, MASTER, className, id);
                return;
            }
            int version = Objects.requireNonNull(versions.get(id)) + 1;
            versions.put(id, version);
            OBJECTS.objects()
                    .update(
                            APP,
                            MASTER,
                            Optional.empty(),
                            className,
                            id,
                            fields.put("version", version));
        }

        /// Lets everybody find, or the master key alone.
        private void permit(boolean everybody) {
            if (everybody != open) {
                open = everybody;
                change(
                        "{\"classLevelPermissions\":{\"get\":{\"*\":true},\"find\":"
                                + (everybody ? "{\"*\":true}" : "{}")
                                + "}}");
                permitted = LOG.end().number();
            }
        }

        private void addField() {
            change("{\"fields\":{\"more" + random.nextInt(1_000) + "\":{\"type\":\"String\"}}}");
        }

        private void change(String schema) {
            var reply =
                    DOOR.send(
                            "PUT",
                            "/schemas/" + className,
                            schema,
                            TestFrontDoor.app("test"),
                            TestFrontDoor.MASTER);
            assertThat(reply.statusCode()).as(reply.body()).isIn(200, 400);
        }

        /// Forgets all changes so far, as the log does with what is too old.
        private void forget() {
            gone = LOG.end().number();
            POSTGRES.database().update(Sql.of("delete from rialto.changes"));
            POSTGRES.database().update(Sql.of("update rialto.change_log set gone = ?", gone));
        }
    }
}
