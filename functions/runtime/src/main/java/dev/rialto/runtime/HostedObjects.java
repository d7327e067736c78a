package dev.rialto.runtime;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.Json;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Functions;
import dev.rialto.sdk.Objects;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Update;
import dev.rialto.sdk.Write;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The app's objects, as a function sees them.
final class HostedObjects implements Objects {
    private final Host host;
    private final Values values;
    private final Host.As who;

    HostedObjects(Host host, Values values, Host.As who) {
        this.host = host;
        this.values = values;
        this.who = who;
    }

    @Override
    public Objects asMaster() {
        return new HostedObjects(host, values, Host.As.MASTER);
    }

    @Override
    @SuppressWarnings("NullAway") // it does not see that the values of an Entity may be null
    public Entity save(Entity object) {
        ObjectNode fields = unsaved(object);
        ObjectNode answer =
                HostFailures.call(() ->
                        object.id().isEmpty()
                                ? host.create(who, object.className(), fields)
                                : host.update(who, object.className(), object.id(), fields));
        return saved(object, answer);
    }

    private ObjectNode unsaved(Entity object) {
        ObjectNode fields = HostFailures.write(() -> values.fields(object));
        return fields.remove(List.of("createdAt", "updatedAt"));
    }

    /// The object as it is now, as far as it is known.
    @SuppressWarnings("NullAway") // it does not see that the values of an Entity may be null
    private static Entity saved(Entity object, JsonNode answer) {
        Entity told = entity(object.className(), answer.path("objectId").asString(""), answer);
        Entity saved =
                new Entity(
                        object.className(),
                        object.id().isEmpty() ? told.id() : object.id(),
                        object.fields());
        for (var each : told.fields().entrySet()) {
            saved = saved.with(each.getKey(), each.getValue());
        }
        return told.has("createdAt") && !told.has("updatedAt")
                ? saved.with("updatedAt", told.get("createdAt"))
                : saved;
    }

    @Override
    public Optional<Entity> get(String className, String id) {
        return find(Query.of(className).equalTo("objectId", id).limit(1)).stream().findFirst();
    }

    @Override
    public List<Entity> find(Query query) {
        JsonNode results = ask(query, false).path("results");
        results.forEach(each -> {
            if (each instanceof ObjectNode object && !object.has("className")) {
                object.put("className", query.className());
            }
        });
        return WireForms.entities(results);
    }

    @Override
    public Entity update(Entity.Pointer object, Update update) {
        JsonNode answer = rest("PUT", path(object), body(update));
        return entity(object.className(), object.id(), answer);
    }

    @Override
    public List<Functions.Attempt<Entity>> batch(List<? extends Write> writes) {
        JsonNode outcomes = rest("POST", "/batch", requests(writes));
        List<Functions.Attempt<Entity>> attempts = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            JsonNode error = outcomes.path(i).path("error");
            attempts.add(
                    error.isMissingNode()
                            ? new Functions.Attempt.Done<>(
                                    written(writes.get(i), outcomes.path(i).path("success")))
                            : new Functions.Attempt.Failed<>(
                                    new FunctionException(
                                            error.path("code").asInt(0),
                                            error.path("error").asString(""))));
        }
        return List.copyOf(attempts);
    }

    @Override
    public List<Entity> transact(List<? extends Write> writes) {
        JsonNode outcomes = rest("POST", "/batch", requests(writes).put("transaction", true));
        List<Entity> written = new ArrayList<>();
        for (int i = 0; i < writes.size(); i++) {
            written.add(written(writes.get(i), outcomes.path(i).path("success")));
        }
        return List.copyOf(written);
    }

    @Override
    public List<Map<String, @Nullable Object>> aggregate(
            String className, List<? extends Map<String, ?>> pipeline) {
        ObjectNode query = Json.object();
        query.set("pipeline", wire(pipeline));
        List<Map<String, @Nullable Object>> results = new ArrayList<>();
        rest("GET", "/aggregate/" + encoded(className), query)
                .path("results")
                .forEach(each -> results.add(WireForms.map(each)));
        return results;
    }

    private JsonNode wire(Object value) {
        return HostFailures.write(() -> values.write(value));
    }

    private JsonNode rest(String method, String path, ObjectNode body) {
        return HostFailures.call(() -> host.rest(who, method, path, body));
    }

    private ObjectNode requests(List<? extends Write> writes) {
        ObjectNode batch = Json.object();
        ArrayNode requests = batch.putArray("requests");
        for (Write each : writes) {
            switch (each) {
                case Write.Save(Entity object) -> {
                    ObjectNode fields = unsaved(object);
                    if (object.id().isEmpty()) {
                        add(requests, "POST", path(object.className()), fields);
                    } else {
                        add(requests, "PUT", path(object.pointer()), fields);
                    }
                }
                case Write.Change(Entity.Pointer object, Update update) ->
                        add(requests, "PUT", path(object), body(update));
                case Write.Delete(Entity.Pointer object) ->
                        add(requests, "DELETE", path(object), Json.object());
            }
        }
        return batch;
    }

    private static void add(ArrayNode requests, String method, String path, ObjectNode body) {
        requests.addObject().put("method", method).put("path", "/v1" + path).set("body", body);
    }

    private static Entity written(Write write, JsonNode answer) {
        return switch (write) {
            case Write.Save(Entity object) -> saved(object, answer);
            case Write.Change(Entity.Pointer object, _) ->
                    entity(object.className(), object.id(), answer);
            case Write.Delete(Entity.Pointer object) ->
                    new Entity(object.className(), object.id(), Map.of());
        };
    }

    private static Entity entity(String className, String id, JsonNode answer) {
        ObjectNode fields = answer.isObject() ? answer.deepCopy().asObject() : Json.object();
        return WireForms.entity(fields.put("className", className).put("objectId", id));
    }

    private ObjectNode body(Update update) {
        ObjectNode body = (ObjectNode) wire(update.fields());
        update.condition().ifPresent(query -> body.set("_where", wire(query.where())));
        return body;
    }

    private static String path(String className) {
        return "/classes/" + encoded(className);
    }

    private static String path(Entity.Pointer object) {
        return path(object.className()) + "/" + encoded(object.id());
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public long count(Query query) {
        return ask(query.limit(0), true).path("count").asLong(0);
    }

    @Override
    public double increment(String className, String id, String field, double by) {
        ObjectNode fields = Json.object();
        fields.putObject(field).put("__op", "Increment").put("amount", by);
        ObjectNode answer = HostFailures.call(() -> host.update(who, className, id, fields));
        return answer.path(field).asDouble(Double.NaN);
    }

    @Override
    public void delete(String className, String id) {
        HostFailures.run(() -> host.delete(who, className, id));
    }

    private ObjectNode ask(Query query, boolean count) {
        ObjectNode wire = Json.object();
        wire.set("where", wire(query.where()));
        putNames(wire, "order", query.order());
        putNames(wire, "include", query.include());
        putNames(wire, "keys", query.keys());
        if (query.skip() > 0) {
            wire.put("skip", query.skip());
        }
        if (query.limit() >= 0) {
            wire.put("limit", query.limit());
        }
        if (count) {
            wire.put("count", 1);
        }
        return HostFailures.call(() -> host.find(who, query.className(), wire));
    }

    private static void putNames(ObjectNode wire, String key, List<String> names) {
        if (!names.isEmpty()) {
            wire.put(key, String.join(",", names));
        }
    }
}
