package dev.rialto.jvmworker;

import dev.rialto.kernel.Json;
import dev.rialto.workers.Frames;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ObjectNode;

/// The worker's end of the connection to its server.
final class ServerLink {
    private final DataInputStream in;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicLong lastAsk = new AtomicLong();
    private final Map<Long, CompletableFuture<ObjectNode>> asked = new ConcurrentHashMap<>();

    ServerLink(SocketChannel link) {
        this.in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(link)));
        this.out = Channels.newOutputStream(link);
    }

    /// The next frame that is not an answer; empty when the server has closed the connection.
    Optional<ObjectNode> read() throws IOException {
        Optional<ObjectNode> frame = Frames.read(in);
        while (frame.isPresent() && frame.get().path("type").asString("").equals("answer")) {
            CompletableFuture<ObjectNode> asker = asked.remove(frame.get().path("ask").asLong(0));
            if (asker != null) {
                asker.complete(frame.get());
            }
            frame = Frames.read(in);
        }
        return frame;
    }

    void send(ObjectNode frame) {
        byte[] bytes = Frames.bytes(frame);
        writing.lock();
        try {
            out.write(bytes);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        } finally {
            writing.unlock();
        }
    }

    /// Asks the server and waits for its answer.
    ObjectNode ask(ObjectNode request) {
        long number = lastAsk.incrementAndGet();
        var answer = new CompletableFuture<ObjectNode>();
        asked.put(number, answer);
        try {
            send(request.put("ask", number));
            return answer.join();
        } finally {
            asked.remove(number);
        }
    }

    /// Logs a line that belongs to no call.
    void log(String level, String message) {
        send(Json.object().put("type", "log").put("level", level).put("message", message));
    }
}
