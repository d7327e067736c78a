package dev.rialto.server;

import dev.rialto.functions.spi.Host;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A platform that offers nothing and keeps what it is told.
class ListeningHost implements Host {
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();

    List<String> logged() {
        return logged;
    }

    List<String> progress() {
        return progress;
    }

    @Override
    public void log(String level, String message) {
        logged.add(level + " " + message);
    }

    @Override
    public void progress(String message) {
        progress.add(message);
    }

    @Override
    public ObjectNode create(As who, String className, ObjectNode fields) {
        throw nothing();
    }

    @Override
    public ObjectNode update(As who, String className, String objectId, ObjectNode fields) {
        throw nothing();
    }

    @Override
    public void delete(As who, String className, String objectId) {
        throw nothing();
    }

    @Override
    public ObjectNode find(As who, String className, ObjectNode query) {
        throw nothing();
    }

    @Override
    public ObjectNode saveFile(String name, String contentType, byte[] content) {
        throw nothing();
    }

    @Override
    public byte[] readFile(String name) {
        throw nothing();
    }

    @Override
    public void deleteFile(String name) {
        throw nothing();
    }

    @Override
    public JsonNode call(String name, JsonNode input) {
        throw nothing();
    }

    @Override
    public void publish(String topic, JsonNode payload) {
        throw nothing();
    }

    @Override
    public Optional<String> cached(String key) {
        return Optional.empty();
    }

    @Override
    public void cache(String key, String value, Duration keptFor) {
        throw nothing();
    }

    @Override
    public void uncache(String key) {
        throw nothing();
    }

    @Override
    public Optional<OutputStream> stream(ObjectNode head) {
        throw nothing();
    }

    private static UnsupportedOperationException nothing() {
        return new UnsupportedOperationException("this platform offers nothing");
    }

    @Override
    public JsonNode rest(As who, String method, String path, ObjectNode body) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public Fetched fetch(Fetch fetch) {
        throw new UnsupportedOperationException(fetch.url());
    }
}
