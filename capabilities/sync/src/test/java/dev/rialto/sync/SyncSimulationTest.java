package dev.rialto.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.testing.Simulation;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestClient.Reply;
import dev.rialto.testing.TestFrontDoor;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Clients that keep copies while answers get lost, objects, permissions and the class change, and
/// the log forgets: a copy is what a query finds, or the client is told to start over.
final class SyncSimulationTest {
    private static final SyncFixture SYNC = new SyncFixture();
    private static final TestClient MASTER = SYNC.master();
    private static final Database DATABASE = SYNC.postgres().database();
    private static final ChangeLog LOG = new ChangeLog(DATABASE);

    @AfterAll
    static void stop() {
        SYNC.close();
    }

    @Test
    void copiesAreWhatAQueryFindsOrStartOver() throws Exception {
        Simulation.forSeeds(1, 10, simulation -> new World(simulation).run());
    }

    /// A copy of the objects of a class, by version.
    private static final class Copy {
        private final TestClient client;
        private final String className;
        private final String where;
        private final Map<String, Integer> objects = new HashMap<>();

        /// The newest version of each object that was told, also of those that are gone.
        private final Map<String, Integer> newest = new HashMap<>();

        private String token = "";

        Copy(TestClient client, String className, String where) {
            this.client = client;
            this.className = className;
            this.where = where;
        }

        /// Asks for a page.
        ///
        /// @param lost whether the answer does not arrive
        /// @param gone changes up to this number are not known any more
        /// @return whether there may be more
        boolean pull(int limit, boolean lost, long gone) {
            String classes = "{\"" + className + "\":" + where + "}";
            Reply reply =
                    client.get(
                            "/sync?limit="
                                    + limit
                                    + "&classes="
                                    + URLEncoder.encode(classes, StandardCharsets.UTF_8)
                                    + (token.isEmpty() ? "" : "&token=" + token));
            if (isTooOld(gone)) {
                assertThat(reply.status()).as("%s", reply).isEqualTo(410);
            }
            if (lost) {
                return true;
            }
            if (reply.status() != 200) {
                assertThat(reply.status()).as("%s", reply).isIn(400, 403, 410);
                token = "";
                objects.clear();
                newest.clear();
                return reply.status() == 410;
            }
            reply.body().path("changes").forEach(this::apply);
            token = reply.text("token");
            return reply.body().path("more").asBoolean(false);
        }

        private boolean isTooOld(long gone) {
            if (token.isEmpty()) {
                return false;
            }
            SyncToken at = SyncToken.read(token);
            return at.walk().isEmpty() && at.position().number() < gone;
        }

        private void apply(JsonNode change) {
            String id = change.path("objectId").asString("");
            if (change.path("gone").asBoolean(false)) {
                objects.remove(id);
                return;
            }
            int version = change.path("object").path("version").asInt();
            assertThat(version).as("%s", change).isGreaterThanOrEqualTo(newest.getOrDefault(id, 0));
            newest.put(id, version);
            objects.put(id, version);
        }

        void assertUpToDate(long gone) {
            for (int i = 0; i < 100 && pull(100, false, gone); i++) {
                // until there is no more
            }
            Map<String, Integer> found = new HashMap<>();
            client.get(
                            "/classes/"
                                    + className
                                    + "?limit=1000&where="
                                    + URLEncoder.encode(where, StandardCharsets.UTF_8))
                    .body()
                    .path("results")
                    .forEach(each ->
                            found.put(
                                    each.path("objectId").asString(""),
                                    each.path("version").asInt()));
            assertThat(objects).isEqualTo(found);
        }
    }

    private static final class World {
        private final RandomGenerator random;
        private final String className;
        private final List<Copy> copies = new ArrayList<>();

        /// In the order of creation: ids are others in each run.
        private final Map<String, Integer> versions = new LinkedHashMap<>();

        private boolean open = true;
        private long gone;

        World(Simulation simulation) {
            random = simulation.random();
            className = "Thing" + simulation.seed();
            for (TestClient each :
                    List.of(
                            SYNC.client(),
                            SYNC.client().with(TestFrontDoor.session("ada")),
                            MASTER)) {
                copies.add(new Copy(each, className, "{}"));
                copies.add(new Copy(each, className, "{\"n\":{\"$lt\":3}}"));
            }
            write();
        }

        void run() {
            for (int i = 0; i < 120; i++) {
                step();
            }
            permit(true);
            copies.forEach(each -> each.assertUpToDate(gone));
        }

        private void step() {
            Copy copy = copies.get(random.nextInt(copies.size()));
            switch (random.nextInt(40)) {
                case 0 -> permit(!open);
                case 1 -> forget();
                case 2 ->
                        change(
                                "{\"fields\":{\"more"
                                        + random.nextInt(1_000)
                                        + "\":{\"type\":\"String\"}}}");
                case 3 -> {
                    if (open) {
                        copy.assertUpToDate(gone);
                    }
                }
                case 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 ->
                        copy.pull(1 + random.nextInt(4), random.nextInt(4) == 0, gone);
                default -> write();
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
                fields.put("version", 1);
                versions.put(MASTER.create(className, Json.write(fields)), 1);
                return;
            }
            String id = ids.get(random.nextInt(ids.size()));
            if (random.nextInt(8) == 0) {
                versions.remove(id);
                MASTER.delete("/classes/" + className + "/" + id);
                return;
            }
            int version = Objects.requireNonNull(versions.get(id)) + 1;
            versions.put(id, version);
            MASTER.put(
                    "/classes/" + className + "/" + id, Json.write(fields.put("version", version)));
        }

        /// Lets everybody find, or the master key alone.
        private void permit(boolean everybody) {
            if (everybody != open) {
                open = everybody;
                change(
                        "{\"classLevelPermissions\":{\"get\":{\"*\":true},\"find\":"
                                + (everybody ? "{\"*\":true}" : "{}")
                                + "}}");
            }
        }

        private void change(String schema) {
            assertThat(MASTER.put("/schemas/" + className, schema).status()).isIn(200, 400);
        }

        /// Forgets all changes so far, as the log does with what is too old.
        private void forget() {
            gone = LOG.end().number();
            DATABASE.update(Sql.of("delete from rialto.changes"));
            DATABASE.update(Sql.of("update rialto.change_log set gone = ?", gone));
        }
    }
}
