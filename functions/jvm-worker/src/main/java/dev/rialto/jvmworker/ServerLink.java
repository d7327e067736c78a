package dev.rialto.jvmworker;

import dev.rialto.kernel.Json;
import dev.rialto.workers.Frames;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// The worker's end of the connection to its server.
final class ServerLink {
    private static final Logger LOG = Logger.getLogger(ServerLink.class.getName());
    private static final int MAX_WAITING = 256;
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    private static final int BUFFER = 64 << 10;

    private final DataInputStream in;
    private final OutputStream out;
    private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MAX_WAITING);
    private final AtomicInteger unsent = new AtomicInteger();
    private final AtomicLong lastAsk = new AtomicLong();
    private final Map<Long, CompletableFuture<ObjectNode>> asked = new ConcurrentHashMap<>();

    ServerLink(SocketChannel link) {
        this(Channels.newInputStream(link), Channels.newOutputStream(link));
    }

    ServerLink(InputStream in, OutputStream out) {
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
        this.out = new BufferedOutputStream(out, BUFFER);
        // An interrupt of the thread that writes would close the connection: those of functions
        // are interrupted when their time is over.
        Thread.ofVirtual().name("link").start(this::write);
    }

    private void write() {
        int buffered = 0;
        try {
            while (true) {
                out.write(outgoing.take());
                buffered++;
                if (outgoing.isEmpty()) {
                    // What waits together is sent together: each system call costs.
                    out.flush();
                    unsent.addAndGet(-buffered);
                    buffered = 0;
                }
            }
        } catch (IOException | InterruptedException gone) {
            LOG.log(Level.FINE, "the server has closed the connection", gone);
        }
    }

    /// Greets the server, then hands on its frames until it closes the connection.
    void serve(Consumer<ObjectNode> receiver) throws IOException {
        send(Json.object().put("type", "hello").put("protocol", Frames.PROTOCOL));
        Optional<ObjectNode> frame = read();
        while (frame.isPresent()) {
            receiver.accept(frame.get());
            frame = read();
        }
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
        boolean interrupted = false;
        unsent.incrementAndGet();
        try {
            while (!isQueued(bytes)) {
                interrupted = true;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// @return false if the thread was interrupted meanwhile
    private boolean isQueued(byte[] bytes) {
        try {
            outgoing.put(bytes);
            return true;
        } catch (InterruptedException late) {
            return false;
        }
    }

    boolean isSent() {
        return unsent.get() == 0;
    }

    /// Waits until the server has what was sent, for some time.
    void awaitSent(Duration atMost) {
        long begun = System.nanoTime();
        try {
            while (!isSent() && System.nanoTime() - begun < atMost.toNanos()) {
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
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
    ///
    /// @param microApp empty if it concerns all
    void log(String microApp, String level, String message) {
        send(
                Json.object()
                        .put("type", "log")
                        .put("microApp", microApp)
                        .put("level", level)
                        .put("message", message));
    }
}
