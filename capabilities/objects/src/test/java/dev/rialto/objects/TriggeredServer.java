package dev.rialto.objects;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Watching;
import dev.rialto.store.Database;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Objects with triggers behind a front door, on a PostgreSQL of their own.
final class TriggeredServer implements AutoCloseable {
    private static final String APP = "X-Parse-Application-Id: test";

    private final TestDatabase postgres = TestDatabase.create();
    private final ObjectsCapability objects =
            new ObjectsCapability(
                    postgres.database(),
                    Clock.systemUTC(),
                    (_, name) -> "http://localhost/v1/files/" + name,
                    ObjectsSettings.defaults(),
                    (_, _) -> {});
    private final TestFrontDoor door;
    final RecordedTriggers triggers = new RecordedTriggers();

    TriggeredServer() {
        objects.triggers(triggers);
        List<Operation> operations = new ArrayList<>(objects.schema().operations());
        operations.addAll(objects.operations());
        door = TestFrontDoor.open(operations, postgres.database()::inTransaction, postgres.app());
    }

    /// An answer.
    record Reply(int status, ObjectNode body) {
        int code() {
            return body.path("code").asInt(0);
        }

        String id() {
            return body.path("objectId").asString("");
        }

        JsonNode results() {
            return body.path("results");
        }
    }

    Reply send(String method, String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(APP);
        HttpResponse<String> answer =
                door.send(method, path, body.replace('\'', '"'), all.toArray(String[]::new));
        return new Reply(answer.statusCode(), object(answer.body()));
    }

    private static ObjectNode object(String text) {
        JsonNode read = Json.read(text);
        if (read instanceof ObjectNode object) {
            return object;
        }
        ObjectNode list = Json.object();
        list.set("list", read);
        return list;
    }

    Reply create(String className, String body, String... headers) {
        return send("POST", "/classes/" + className, body, headers);
    }

    Reply update(String className, String id, String body, String... headers) {
        return send("PUT", "/classes/" + className + "/" + id, body, headers);
    }

    Reply delete(String className, String id, String... headers) {
        return send("DELETE", "/classes/" + className + "/" + id, "", headers);
    }

    Reply get(String className, String id, String... headers) {
        return send("GET", "/classes/" + className + "/" + id, "", headers);
    }

    Reply find(String className, String parameters, String... headers) {
        return send("GET", "/classes/" + className + "?" + parameters, "", headers);
    }

    static String where(String condition) {
        return "where=" + URLEncoder.encode(condition.replace('\'', '"'), StandardCharsets.UTF_8);
    }

    /// An object past the front door, as the server itself sees it.
    Optional<ObjectNode> stored(String className, String id) {
        return objects.objects().get(postgres.app(), new Caller.Master(), className, id);
    }

    /// What a function finds that nobody is logged in to.
    ObjectNode search(String className, ObjectNode query) {
        return objects.objects().search(postgres.app(), new Caller.Anonymous(), className, query);
    }

    Watching watching() {
        return objects.watching();
    }

    App app() {
        return postgres.app();
    }

    /// Writes past the front door.
    void change(String className, String id, String fields) {
        objects.objects()
                .update(
                        postgres.app(),
                        new Caller.Master(),
                        Optional.empty(),
                        className,
                        id,
                        object(fields.replace('\'', '"')));
    }

    Database database() {
        return postgres.database();
    }

    @Override
    public void close() {
        door.close();
        postgres.close();
    }
}
