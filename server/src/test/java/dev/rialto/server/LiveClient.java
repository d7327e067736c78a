package dev.rialto.server;

import dev.rialto.kernel.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Speaks the LiveQuery protocol with a server.
final class LiveClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    /// @param credentials more members of the first frame
    LiveClient(int port, String credentials) {
        socket =
                http.newWebSocketBuilder()
                        .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1"), new Frames())
                        .join();
        send(
                "{\"op\":\"connect\",\"applicationId\":\""
                        + TestServer.APP
                        + "\""
                        + credentials
                        + "}");
    }

    void send(String frame) {
        socket.sendText(frame, true).join();
    }

    /// Subscribes to a query and waits for the answer.
    ///
    /// @param more members of the frame
    JsonNode subscribe(int requestId, String query, String more) {
        send(
                "{\"op\":\"subscribe\",\"requestId\":"
                        + requestId
                        + ",\"query\":"
                        + query
                        + more
                        + "}");
        return next();
    }

    JsonNode next() {
        try {
            JsonNode next = frames.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing was told");
            }
            return next;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                frames.add(Json.read(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
