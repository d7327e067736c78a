package dev.rialto.sdk.testing;

import dev.rialto.sdk.Files;
import dev.rialto.sdk.FunctionException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Files in memory.
public final class MemoryFiles implements Files {
    private static final int DELETE_FAILED = 153;

    private final Map<String, Stored> files = new TreeMap<>();
    private int count;

    /// A stored file.
    public record Stored(String contentType, byte[] content) {}

    MemoryFiles() {}

    @Override
    public synchronized Map<String, Object> save(String name, String contentType, byte[] content) {
        count++;
        String stored = count + "_" + name;
        files.put(stored, new Stored(contentType, content.clone()));
        return Map.of("__type", "File", "name", stored, "url", "memory:/" + stored);
    }

    @Override
    public synchronized byte[] read(String name) {
        Stored file = files.get(name);
        if (file == null) {
            throw new FunctionException("there is no file " + name);
        }
        return file.content.clone();
    }

    @Override
    public synchronized void delete(String name) {
        if (files.remove(name) == null) {
            throw new FunctionException(DELETE_FAILED, "Could not delete file: " + name + ".");
        }
    }

    /// All of them by their names.
    public synchronized Map<String, Stored> stored() {
        return Collections.unmodifiableMap(new TreeMap<>(files));
    }
}
