package dev.rialto.testing;

import dev.rialto.kernel.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// Reads server-sent events, one after the other.
public final class EventReader implements AutoCloseable {
    private final InputStream stream;
    private final BufferedReader lines;

    /// An event.
    public record Event(String id, String type, JsonNode data) {
        @Override
        public String toString() {
            return type + " " + data;
        }
    }

    public EventReader(InputStream stream) {
        this.stream = stream;
        this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /// Waits for the next event.
    public Event next() {
        String id = "";
        String type = "message";
        var data = new StringBuilder();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !data.isEmpty()) {
                    return new Event(id, type, Json.read(data.toString()));
                }
                if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("event:")) {
                    type = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data.append(line.substring(5).strip());
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        throw new AssertionError("the stream ended");
    }

    /// Waits for an id that comes without an event.
    public String nextMark() {
        try {
            String before = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && before.startsWith("id:")) {
                    return before.substring(3).strip();
                }
                before = line;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        throw new AssertionError("the stream ended");
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
