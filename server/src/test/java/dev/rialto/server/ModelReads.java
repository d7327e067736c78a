package dev.rialto.server;

import dev.rialto.server.ModelClients.Reader;
import dev.rialto.server.ReadModel.Asked;
import dev.rialto.server.ReadModel.Thing;
import dev.rialto.server.TestServer.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The reads of [CacheModelTest], each of which is held against the model.
final class ModelReads {
    private final ModelClients clients;
    private final ReadModel model;
    private final Queue<Thing> things;

    ModelReads(ModelClients clients, ReadModel model, Queue<Thing> things) {
        this.clients = clients;
        this.model = model;
        this.things = things;
    }

    /// Reads all things as lists and one by one.
    void lookAtAll(int nodes, List<Reader> readers) {
        Set<Integer> groups = new HashSet<>();
        for (int node = 0; node < nodes; node++) {
            for (Reader reader : readers) {
                groups.clear();
                for (Thing each : things) {
                    get(node, reader, each);
                    if (groups.add(each.group())) {
                        // Lists are kept when they are asked for again.
                        list(node, reader, each);
                        list(node, reader, each);
                    }
                }
            }
        }
    }

    /// Reads what a writer has written, or makes the node keep what it is about to change.
    void look(int node, Thing thing) {
        get(node, Reader.MASTER, thing);
        // Lists are kept when they are asked for again.
        list(node, Reader.MASTER, thing);
        list(node, Reader.MASTER, thing);
    }

    /// Reads one object.
    void get(int node, Reader reader, Thing thing) {
        long begun = System.nanoTime();
        clients.send(node, reader, "GET", "/classes/Thing/" + thing.id(), "")
                .ifPresent(reply ->
                        model.check(
                                new Asked(node, reader, begun, System.nanoTime()),
                                thing,
                                reply,
                                shown(reply)));
    }

    /// Reads all objects of the group of one.
    void list(int node, Reader reader, Thing one) {
        String where = URLEncoder.encode("{\"group\":" + one.group() + "}", StandardCharsets.UTF_8);
        String path = "/classes/Thing?limit=100&where=" + where;
        Set<Thing> known = new HashSet<>(things);
        known.add(one);
        long begun = System.nanoTime();
        Optional<Reply> reply = clients.send(node, reader, "GET", path, "");
        if (reply.isEmpty()) {
            return;
        }
        var asked = new Asked(node, reader, begun, System.nanoTime());
        Map<String, JsonNode> found = new HashMap<>();
        reply.get().body().path("results").forEach(each -> found.put(id(each), each));
        known.stream()
                .filter(each -> each.group() == one.group())
                .forEach(each ->
                        model.check(
                                asked,
                                each,
                                reply.get(),
                                Optional.ofNullable(found.get(each.id()))));
    }

    private static String id(JsonNode object) {
        return object.path("objectId").asString("");
    }

    private static Optional<JsonNode> shown(Reply reply) {
        return reply.status() == 200 ? Optional.of(reply.body()) : Optional.empty();
    }
}
