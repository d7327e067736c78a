package dev.rialto.sdk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an [Endpoint] answers. Unchangeable: [#header] makes another.
///
/// @param headers names and values; `Content-Type` among them
public record HttpResponse(int status, Map<String, String> headers, Content content) {
    public HttpResponse {
        headers = Map.copyOf(headers);
    }

    /// The body of an answer.
    public sealed interface Content {
        record Bytes(byte[] bytes) implements Content {}

        /// A record, map, list, text, number or boolean.
        record Json(@Nullable Object value) implements Content {}

        /// Bytes that are sent as they are written, within the call's deadline.
        record Stream(Writer writer) implements Content {}
    }

    /// Writes a stream.
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    public static HttpResponse json(int status, @Nullable Object value) {
        return new HttpResponse(status, Map.of(), new Content.Json(value));
    }

    public static HttpResponse text(int status, String text) {
        return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static HttpResponse bytes(int status, String contentType, byte[] bytes) {
        return new HttpResponse(
                status, Map.of("Content-Type", contentType), new Content.Bytes(bytes));
    }

    public static HttpResponse stream(String contentType, Writer writer) {
        return new HttpResponse(
                200, Map.of("Content-Type", contentType), new Content.Stream(writer));
    }

    public HttpResponse header(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpResponse(status, more, content);
    }
}
