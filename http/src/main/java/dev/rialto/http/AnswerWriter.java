package dev.rialto.http;

import dev.rialto.http.Answer.Body;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Puts answers on the wire.
final class AnswerWriter {
    static final String JSON = "application/json; charset=utf-8";

    static final Header JSON_TYPE = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, JSON);
    private static final Header GZIP =
            HeaderValues.createCached(HeaderNames.CONTENT_ENCODING, "gzip");
    private static final Header VARY_ENCODING =
            HeaderValues.createCached(HeaderNames.VARY, "Accept-Encoding");
    private static final Logger LOG = Logger.getLogger(AnswerWriter.class.getName());
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Rialto-Request-Id");

    /// An answer whose content is known, so that nothing but the network can fail any more.
    ///
    /// @param bytes begin with the content, and are nobody's to change
    /// @param json whether the content is JSON unless a header says otherwise
    record Ready(Answer answer, byte[] bytes, int length, boolean json) {}

    /// Answers up to this length leave in one piece; a client that takes less of them at a time can
    /// hold up no more than this.
    private static final int SENT_AT_ONCE = 256 << 10;

    private static final int SLICE = 16 << 10;

    private final Cors cors;
    private final EventStreams streams;
    private final Optional<Header> hsts;

    /// @param hsts goes with every answer by TLS
    AnswerWriter(Cors cors, EventStreams streams, Optional<Header> hsts) {
        this.hsts = hsts;
        this.cors = cors;
        this.streams = streams;
    }

    /// Runs what is left to compute of an answer.
    static Ready prepare(Answer answer) {
        checkHeaders(answer.headers());
        return switch (answer.body()) {
            case Body.Json(Rendered rendered) -> {
                var bytes = rendered.asUnquotedUTF8();
                yield new Ready(answer, bytes, bytes.length, true);
            }
            case Body.Json json -> {
                var buffer = new JsonBuffer();
                buffer.write(json.value());
                yield new Ready(answer, buffer.bytes(), buffer.length(), true);
            }
            case Body.Bytes bytes ->
                    new Ready(answer, bytes.content(), bytes.content().length, false);
            case Body.Stream _, Body.Events _ -> new Ready(answer, new byte[0], 0, false);
        };
    }

    /// @param last whether the connection ends with this answer
    void write(
            Ready ready,
            String requestId,
            ServerRequest request,
            ServerResponse response,
            boolean last) {
        var answer = ready.answer();
        if (answer.status() != 200) {
            response.status(Status.create(answer.status()));
        }
        if (ready.json()) {
            response.header(JSON_TYPE);
        }
        response.header(HeaderValues.create(REQUEST_ID, requestId));
        cors.apply(request, response);
        if (request.isSecure()) {
            hsts.ifPresent(response::header);
        }
        answer.headers()
                .forEach((name, value) -> response.header(HeaderValues.create(name, value)));
        if (last) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        var pace = Pace.CURRENT.get();
        pace.moving(ready.length());
        switch (answer.body()) {
            case Body.Stream stream -> writeStream(stream, request, response, pace);
            case Body.Events events -> writeEvents(events, request, response, pace);
            case Body.Bytes _, Body.Json _ -> writeBytes(ready, request, response, pace);
        }
        if (last && response instanceof RoutingResponse streamed) {
            // Helidon writes the end of a stream once the handler has returned, which it doesn't
            // when it ends the connection.
            streamed.commit();
        }
    }

    private static void writeBytes(
            Ready ready, ServerRequest request, ServerResponse response, Pace pace) {
        var bytes = ready.bytes();
        int length = ready.length();
        if (length >= Gzip.THRESHOLD && isText(response)) {
            response.headers().add(VARY_ENCODING);
            var accepted = request.headers().first(HeaderNames.ACCEPT_ENCODING);
            if (accepted.isPresent() && Gzip.isAccepted(accepted.get())) {
                bytes = Gzip.compress(bytes, length);
                length = bytes.length;
                response.header(GZIP);
            }
        }
        if (isHead(request)) {
            response.headers().contentLength(length);
            response.send();
        } else if (length > SENT_AT_ONCE) {
            var content = bytes;
            int count = length;
            var stream = new Body.Stream(count, out -> out.write(content, 0, count));
            writeStream(stream, request, response, pace);
        } else {
            response.send(bytes, 0, length);
        }
    }

    private static boolean isText(ServerResponse response) {
        var headers = response.headers();
        return !headers.contains(HeaderNames.CONTENT_ENCODING)
                && headers.contains(HeaderNames.CONTENT_TYPE)
                && headers.get(HeaderNames.CONTENT_TYPE).get().startsWith("application/json");
    }

    private static void writeStream(
            Body.Stream stream, ServerRequest request, ServerResponse response, Pace pace) {
        if (stream.length() != Answer.UNKNOWN_LENGTH) {
            response.headers().contentLength(stream.length());
        }
        if (isHead(request)) {
            response.send();
            return;
        }
        try (var out = new PacedStream(response.outputStream(), pace)) {
            stream.content().write(out);
        } catch (IOException | RuntimeException failure) {
            // Status and headers are out: all that can be said now is the end of the connection.
            LOG.log(Level.FINE, failure, () -> "answer of " + request.path() + " broke off");
            throw new CloseConnectionException("a response was interrupted", failure);
        }
    }

    private void writeEvents(
            Body.Events events, ServerRequest request, ServerResponse response, Pace pace) {
        if (isHead(request)) {
            response.send();
            return;
        }
        try (var out = new PacedStream(response.outputStream(), pace)) {
            streams.run(events.content(), out, pace);
            pace.moving(0);
        } catch (IOException | CloseConnectionException gone) {
            LOG.log(Level.FINE, gone, () -> "events of " + request.path() + " ended");
            throw new CloseConnectionException("the client has disconnected", gone);
        } catch (RuntimeException failure) {
            if (!streams.isStopped()) {
                LOG.log(Level.WARNING, failure, () -> "events of " + request.path() + " failed");
            }
            throw new CloseConnectionException("a stream of events was interrupted", failure);
        }
    }

    private static void checkHeaders(Map<String, String> headers) {
        headers.forEach((name, value) -> {
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                    throw new IllegalArgumentException(
                            "header " + name + " with a character that is not ASCII");
                }
            }
        });
    }

    static boolean isHead(ServerRequest request) {
        return request.prologue().method().equals(Method.HEAD);
    }

    /// An answer's bytes on their way to the network, under the pace of their connection.
    private static final class PacedStream extends OutputStream {
        private final OutputStream target;
        private final Pace pace;

        PacedStream(OutputStream target, Pace pace) {
            this.target = target;
            this.pace = pace;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            for (int at = offset; at < end; at += SLICE) {
                int count = Math.min(SLICE, end - at);
                pace.moving(count);
                // Helidon 4.3.1 takes the end of a part for its length: parts must begin at 0.
                target.write(at == 0 ? bytes : Arrays.copyOfRange(bytes, at, at + count), 0, count);
            }
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }

        @Override
        public void close() throws IOException {
            target.close();
        }
    }
}
