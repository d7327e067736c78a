package dev.rialto.node;

import dev.rialto.functions.spi.Host;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A host that remembers log lines and progress; cloud code asks it for nothing else.
final class RememberingHost implements Host {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void log(String level, String message) {
        lines.add(level + " " + message);
    }

    @Override
    public void progress(String message) {
        lines.add("progress " + message);
    }

    @Override
    public ObjectNode create(As who, String className, ObjectNode fields) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectNode update(As who, String className, String objectId, ObjectNode fields) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(As who, String className, String objectId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectNode find(As who, String className, ObjectNode query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectNode saveFile(String name, String contentType, byte[] content) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] readFile(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteFile(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public JsonNode call(String name, JsonNode input) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void publish(String topic, JsonNode payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> cached(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cache(String key, String value, Duration keptFor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void uncache(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<OutputStream> stream(ObjectNode head) {
        throw new UnsupportedOperationException();
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
