package dev.rialto.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A WebSocket client that keeps what it is told.
final class Talker implements WebSocket.Listener, AutoCloseable {
    private final StringBuilder partial = new StringBuilder();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    Talker(HttpClient client, URI address, Map<String, String> headers) {
        var builder = client.newWebSocketBuilder();
        headers.forEach(builder::header);
        this.socket = builder.buildAsync(address, this).join();
    }

    WebSocket socket() {
        return socket;
    }

    void say(String text) {
        wait(socket.sendText(text, true));
    }

    /// The next message; `closed CODE REASON` when the server closed, `broke` when the connection
    /// did.
    String next() {
        try {
            var next = heard.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came");
            }
            return next;
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        heard.add("closed " + code + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        heard.add("broke");
    }

    @Override
    public void close() {
        socket.abort();
    }

    static void wait(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException
                | InterruptedException
                | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
