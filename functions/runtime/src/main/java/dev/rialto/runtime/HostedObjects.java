package dev.rialto.runtime;

import dev.rialto.kernel.Json;
import dev.rialto.runtime.spi.Host;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Objects;
import dev.rialto.sdk.Query;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
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
        ObjectNode fields = WireForms.fields(object, values::write);
        fields.remove(List.of("createdAt", "updatedAt"));
        ObjectNode answer =
                HostFailures.told(() ->
                        object.id().isEmpty()
                                ? host.create(who, object.className(), fields)
                                : host.update(who, object.className(), object.id(), fields));
        Entity told = WireForms.entity(answer.put("className", object.className()));
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
    public long count(Query query) {
        return ask(query.limit(0), true).path("count").asLong(0);
    }

    @Override
    public double increment(String className, String id, String field, double by) {
        ObjectNode fields = Json.object();
        fields.putObject(field).put("__op", "Increment").put("amount", by);
        ObjectNode answer = HostFailures.told(() -> host.update(who, className, id, fields));
        return answer.path(field).asDouble(Double.NaN);
    }

    @Override
    public void delete(String className, String id) {
        HostFailures.told(() -> {
            host.delete(who, className, id);
            return id;
        });
    }

    private ObjectNode ask(Query query, boolean count) {
        ObjectNode wire = Json.object();
        wire.set("where", values.write(query.where()));
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
        return HostFailures.told(() -> host.find(who, query.className(), wire));
    }

    private static void putNames(ObjectNode wire, String key, List<String> names) {
        if (!names.isEmpty()) {
            wire.put(key, String.join(",", names));
        }
    }
}
