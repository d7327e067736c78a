package dev.rialto.sdk;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Requests to other servers. The operator says which may be reached; by default those of the
/// public Internet, and none of the server's own network.
public interface Http {
    /// Sends a request and waits for the whole response, at most until the call's deadline.
    /// Redirects are followed, five at most.
    ///
    /// @return the response, whatever its status
    /// @throws FunctionException 119 when the operator does not allow the server to be reached, 141
    ///   when there is no response, or one that is too large
    Response send(Request request);

    /// Sends a request whose response is JSON.
    ///
    /// @param output what to read the body as: a record, `Map`, `List`, `String`, ...
    /// @throws FunctionException as [#send], and 141 when the status is not 200 to 299
    <T> T fetch(Request request, Class<T> output);

    /// A request. Unchangeable: each method makes another.
    ///
    /// @param url with `http` or `https`
    /// @param timeout how long it may take; empty for as long as the call may take
    record Request(
            String method,
            String url,
            Map<String, String> headers,
            Body body,
            Optional<Duration> timeout) {
        public Request {
            headers = Map.copyOf(headers);
        }

        public static Request get(String url) {
            return of("GET", url);
        }

        public static Request post(String url) {
            return of("POST", url);
        }

        public static Request put(String url) {
            return of("PUT", url);
        }

        public static Request delete(String url) {
            return of("DELETE", url);
        }

        public static Request of(String method, String url) {
            return new Request(method, url, Map.of(), new Body.None(), Optional.empty());
        }

        public Request header(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Request(method, url, more, body, timeout);
        }

        /// @param value a record, map, list, text, number or boolean
        public Request json(@Nullable Object value) {
            return new Request(method, url, headers, new Body.Json(value), timeout);
        }

        public Request text(String text) {
            return bytes("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }

        public Request bytes(String contentType, byte[] bytes) {
            return new Request(method, url, headers, new Body.Bytes(bytes), timeout)
                    .header("Content-Type", contentType);
        }

        public Request timeout(Duration longest) {
            return new Request(method, url, headers, body, Optional.of(longest));
        }
    }

    /// The body of a request.
    sealed interface Body {
        record None() implements Body {}

        record Bytes(byte[] bytes) implements Body {}

        record Json(@Nullable Object value) implements Body {}
    }

    /// A response.
    ///
    /// @param headers by their names in lower case
    record Response(int status, Map<String, List<String>> headers, byte[] body) {
        public Response {
            headers = Map.copyOf(new TreeMap<>(headers));
        }

        /// The first value of a header.
        public Optional<String> header(String name) {
            List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
            return values == null ? Optional.empty() : values.stream().findFirst();
        }

        /// The body as UTF-8 text.
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /// Whether the status is 200 to 299.
        public boolean isOk() {
            return status / 100 == 2;
        }
    }
}
