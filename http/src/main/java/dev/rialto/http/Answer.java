package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// What an operation says.
///
/// @param headers names and values, beside those the listener sets
public record Answer(int status, Map<String, String> headers, Body body) {

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");

    /// Headers that say how an answer is carried.
    private static final Set<String> CARRYING =
            Set.of("content-length", "transfer-encoding", "connection");

    /// The length of a stream that ends when it ends.
    public static final long UNKNOWN_LENGTH = -1;

    /// The content of an answer.
    public sealed interface Body {
        /// Nothing, or a fixed text that is no JSON.
        record Bytes(byte[] content) implements Body {}

        /// One JSON value, written straight to the wire.
        record Json(JsonBody value) implements Body {}

        /// A stream.
        ///
        /// @param length in bytes, or [#UNKNOWN_LENGTH]
        record Stream(long length, StreamBody content) implements Body {}

        /// Server-sent events, for as long as client and server are there.
        record Events(EventBody content) implements Body {}
    }

    /// Writes exactly one JSON value.
    public interface JsonBody {
        void write(JsonGenerator out);
    }

    /// Writes a stream of bytes and closes what it reads from.
    public interface StreamBody {
        void write(OutputStream out) throws IOException;
    }

    public static Answer json(int status, JsonBody body) {
        return new Answer(status, Map.of(), new Body.Json(body));
    }

    public static Answer ok(JsonNode value) {
        return of(200, value);
    }

    public static Answer of(int status, JsonNode value) {
        return json(status, out -> Json.mapper().writeTree(out, value));
    }

    /// Server-sent events. They are neither stored nor held back on their way.
    public static Answer events(EventBody body) {
        return new Answer(
                200,
                Map.of(
                        "Content-Type", EventStreams.CONTENT_TYPE,
                        "Cache-Control", "no-store",
                        "X-Accel-Buffering", "no"),
                new Body.Events(body));
    }

    /// The same with a header, which replaces one of that name, however it is written.
    public Answer withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.put(name, value);
        return new Answer(status, more, body);
    }

    /// Whether it has a header of that name, however it is written. JSON always has a type.
    public boolean hasHeader(String name) {
        return headers.keySet().stream().anyMatch(name::equalsIgnoreCase)
                || (body instanceof Body.Json && name.equalsIgnoreCase("Content-Type"));
    }

    /// Whether HTTP allows a body with a status.
    public static boolean allowsBody(int status) {
        return status >= 200 && status != 204 && status != 205 && status != 304;
    }

    /// Checks a header that code of an app chose.
    ///
    /// @return its value
    /// @throws RialtoException SCRIPT_FAILED when it can't be sent, or is not for it to choose
    public static String requireHeader(String name, String value) {
        boolean sendable =
                HEADER_NAME.matcher(name).matches()
                        && value.chars().allMatch(each -> each >= ' ' && each <= '~')
                        && !CARRYING.contains(name.toLowerCase(Locale.ROOT));
        if (!sendable) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED, "a function returned an invalid header: " + name);
        }
        return value;
    }
}
