package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.LogPosition;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What of an app's objects appears in the change log, and as what.
final class ChangeLogTest {
    private static final Sender MASTER = Sender.master();
    private static final App APP = new App(TestServer.APP, "app_" + TestServer.APP);

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Change> since(LogPosition start, String table) {
        var log = new ChangeLog(server.database());
        return log
                .read(start, new ChangeLog.Scope.Everything(), 10_000)
                .orElseThrow()
                .changes()
                .stream()
                .filter(each -> each.table().equals(table))
                .toList();
    }

    private static LogPosition end() {
        return new ChangeLog(server.database()).end();
    }

    private static JsonNode object(String className, String row) {
        return server.watching().object(APP, className, row).orElseThrow();
    }

    @Test
    void tellsAnObjectAsItIsRead() {
        LogPosition start = end();
        String other = server.create(MASTER, "Other", "{}");
        ObjectNode fields =
                (ObjectNode)
                        Json.read(
                                """
                                {"text":"a \\"b\\" \\u00fc\\n","empty":"","number":-12.5,"big":1e300,
                                 "tiny":1e-7,"count":3,"flag":false,"nothing":null,
                                 "date":{"__type":"Date","iso":"2026-02-28T23:59:59.999Z"},
                                 "old":{"__type":"Date","iso":"-000044-03-15T01:02:03.004Z"},
                                 "object":{"a":{"b":[1,2.5,{"c":null}]},"__proto":1},
                                 "array":[1,"x",{"__type":"Date","iso":"2020-01-01T00:00:00.000Z"},null],
                                 "bytes":{"__type":"Bytes","base64":"AP8gQQ=="},
                                 "where":{"__type":"GeoPoint","latitude":-33.86,"longitude":151.2},
                                 "area":{"__type":"Polygon","coordinates":[[0,0],[0,1.5],[1,1],[0,0]]},
                                 "file":{"__type":"File","name":"a b.txt"},
                                 "ACL":{"*":{"read":true},"role:Editors":{"read":true,"write":true}}}
                                """);
        fields.putObject("pointer")
                .put("__type", "Pointer")
                .put("className", "Other")
                .put("objectId", other);
        var relation = fields.putObject("relation");
        relation.put("__op", "AddRelation");
        relation.putArray("objects").add(fields.get("pointer").deepCopy());

        String id = server.create(MASTER, "Everything", Json.write(fields));
        Reply read = server.get(MASTER, "/classes/Everything/" + id);

        Change change = since(start, "Everything").getLast();
        assertThat(change.key()).isEqualTo(id);
        assertThat(change.before()).isEmpty();
        JsonNode logged = object("Everything", change.after().orElseThrow());
        assertThat(logged).hasToString(read.body().toString());
        assertThat(since(start, "_Join:relation:Everything"))
                .extracting(Change::key)
                .containsExactly(id);
    }

    @Test
    void tellsTimesOfRowsThatAPersonWroteInAnotherTimeZone() throws Exception {
        String id = server.create(MASTER, "Appointment", "{\"n\":1}");
        LogPosition start = end();
        try (var connection = server.connect();
                var statement = connection.createStatement()) {
            statement.execute("set timezone = 'Asia/Kolkata'");
            statement.execute(
                    "update app_first.\"Appointment\" set n = 2,"
                            + " \"updatedAt\" = '2026-01-02 03:04:05.678+00'");
        }

        List<Change> changes = since(start, "Appointment");

        assertThat(changes).extracting(Change::key).containsExactly(id);
        JsonNode after = object("Appointment", changes.getFirst().after().orElseThrow());
        assertThat(after.path("updatedAt").asString()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(after.path("n").asInt()).isEqualTo(2);
    }

    @Test
    void tellsTheRequestThatMadeAChange() {
        LogPosition start = end();
        Sender named = MASTER.with("X-Parse-Request-Id", "request-7");
        server.create(named, "Asked", "{\"n\":1}");
        server.create(MASTER, "Asked", "{\"n\":2}");

        assertThat(since(start, "Asked"))
                .extracting(Change::requestId)
                .containsExactly(Optional.of("request-7"), Optional.empty());
    }

    @Test
    void revealsNoSecretsOfUsersAndSessions() {
        LogPosition start = end();
        Reply user = server.signUp("logged");
        server.put(
                MASTER,
                "/users/" + user.text("objectId"),
                "{\"password\":\"another secret\",\"authData\":{\"anonymous\":{\"id\":\"who-i-am\"}}}");

        String rows =
                since(start, "_User").stream().map(Change::toString).collect(Collectors.joining())
                        + since(start, "_Session");

        assertThat(rows)
                .contains("logged@example.com")
                .doesNotContain("argon2")
                .doesNotContain("who-i-am")
                .doesNotContain(user.text("sessionToken"));
        assertThat(since(start, "_Session")).isNotEmpty();
    }

    @Test
    void tellsPurgesDeletesAndChangesOfClasses() {
        LogPosition start = end();
        for (int i = 0; i < 3; i++) {
            server.create(MASTER, "Fleeting", "{\"n\":" + i + "}");
        }
        server.delete(MASTER, "/purge/Fleeting");
        assertThat(server.delete(MASTER, "/schemas/Fleeting").status()).isEqualTo(200);

        assertThat(since(start, "Fleeting"))
                .extracting(each -> each.after().isPresent())
                .containsExactly(true, true, true, false, false, false);
        List<Change> schema =
                since(start, "_schema").stream()
                        .filter(each -> each.key().equals("Fleeting"))
                        .toList();
        assertThat(schema.getFirst().before()).isEmpty();
        assertThat(schema.getLast().after()).isEmpty();
    }
}
