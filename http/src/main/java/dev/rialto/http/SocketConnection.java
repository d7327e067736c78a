package dev.rialto.http;

import dev.rialto.http.FrameReader.Said;
import dev.rialto.kernel.Timing;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// An open WebSocket: its thread reads what the client says and takes it to the conversation.
final class SocketConnection implements ServerConnection, Channel, PaceKeeper.Kept {
    private static final Logger LOG = Logger.getLogger(SocketConnection.class.getName());

    /// How long a client that broke the rules has to take the close frame.
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /// A client that has let this many pings in a row go unanswered, each for a whole interval, is
    /// taken for dead.
    private static final int PINGS = 2;

    private static final long NEVER = 0;

    private final OpenSockets sockets;
    private final Timing timing;
    private final SocketEndpoint endpoint;
    private final SocketEndpoint.Handshake handshake;
    private final FrameReader reader;
    private final FrameWriter writer;

    /// By [Timing#nanos], since when the server waits for the client; NEVER while it does not.
    private volatile long listeningSince = NEVER;

    private volatile long cutAt = NEVER;

    // Below: of the thread that keeps the time.
    private long nextPing;
    private long lastPing;
    private boolean asked;
    private int unanswered;

    SocketConnection(
            OpenSockets sockets,
            SocketEndpoint endpoint,
            SocketEndpoint.Handshake handshake,
            ConnectionContext context) {
        this.sockets = sockets;
        this.timing = sockets.timing();
        this.endpoint = endpoint;
        this.handshake = handshake;
        this.reader =
                new FrameReader(
                        context.dataReader(),
                        endpoint.limits().message(),
                        sockets.budget(),
                        Pace.CURRENT.get());
        this.writer = new FrameWriter(context.serverSocket(), endpoint.limits(), timing);
        this.nextPing = timing.nanos() + endpoint.limits().ping().toNanos();
    }

    @Override
    public void handle(Limit limit) {
        Optional<Conversation> conversation = Optional.empty();
        try {
            if (!sockets.add(this)) {
                end(CloseCode.GOING_AWAY, "the server is stopping");
            }
            conversation = open();
            listeningSince = now();
            if (conversation.isPresent()) {
                converse(conversation.get());
            } else {
                reader.discard();
            }
            writer.await();
        } catch (IOException | CloseConnectionException gone) {
            LOG.log(Level.FINE, gone, () -> "a socket's client has disconnected");
        } catch (InterruptedException _) {
            LOG.fine("a socket was closed");
        } finally {
            writer.abandon();
            reader.release();
            // An interrupt was meant for the connection, not for what follows.
            Thread.interrupted();
            conversation.ifPresent(this::conclude);
            sockets.remove(this);
        }
    }

    private Optional<Conversation> open() {
        try {
            return Optional.of(endpoint.opener().open(this, handshake));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            fail(failure);
            return Optional.empty();
        }
    }

    private void converse(Conversation conversation) throws IOException {
        try {
            while (hear(reader.next(), conversation)) {
                // until the client closes
            }
        } catch (SocketFault fault) {
            reader.release();
            endWithin(FAREWELL, Optional.empty(), fault.closeCode(), fault.reason());
            reader.discard();
        }
    }

    private boolean hear(Said said, Conversation conversation) {
        switch (said) {
            case Said.Text(var text) -> tell(conversation, text);
            case Said.Ping(var payload) -> writer.pong(payload);
            case Said.Pong() -> {
                // That something came is all there is to it.
            }
            case Said.Close(var code) -> {
                if (writer.finish(code)) {
                    cutAfter(endpoint.limits().writeTimeout());
                }
                return false;
            }
        }
        return true;
    }

    private void tell(Conversation conversation, String text) {
        listeningSince = NEVER;
        try {
            if (writer.isOpen()) {
                conversation.received(text);
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            fail(failure);
        } finally {
            reader.release();
            listeningSince = now();
        }
    }

    private void conclude(Conversation conversation) {
        try {
            conversation.closed();
        } catch (RuntimeException failure) {
            log(failure);
        }
    }

    private void fail(Throwable failure) {
        log(failure);
        endWithin(FAREWELL, Optional.empty(), CloseCode.FAILED, "internal error");
    }

    private void log(Throwable failure) {
        LOG.log(Level.WARNING, failure, () -> "a conversation at " + endpoint.path() + " failed");
    }

    @Override
    public boolean send(Message message) {
        return writer.send(message);
    }

    @Override
    public void end(Optional<Message> last, int closeCode, String reason) {
        endWithin(endpoint.limits().writeTimeout(), last, closeCode, reason);
    }

    private void endWithin(Duration time, Optional<Message> last, int closeCode, String reason) {
        if (writer.end(last, closeCode, reason)) {
            cutAfter(time);
        }
    }

    private void cutAfter(Duration time) {
        cutAt = now() + time.toNanos() | 1;
    }

    @Override
    public long queuedBytes() {
        return writer.queuedBytes();
    }

    @Override
    public boolean isOpen() {
        return writer.isOpen();
    }

    @Override
    public String remoteAddress() {
        return handshake.remoteAddress();
    }

    /// Cuts off a client that is not there any more, and asks the others whether they are.
    @Override
    public void enforce(long now) {
        if (isOverdue(now)) {
            writer.cut();
        } else if (now - nextPing > 0) {
            ask(now);
        }
    }

    private void ask(long now) {
        long interval = endpoint.limits().ping().toNanos();
        boolean waited = listeningSince != NEVER && now - listeningSince > interval;
        unanswered = waited && asked && reader.heard() - lastPing < 0 ? unanswered + 1 : 0;
        if (unanswered == PINGS) {
            writer.cut();
            return;
        }
        asked = true;
        lastPing = now;
        nextPing = now + interval;
        writer.ping();
    }

    private boolean isOverdue(long now) {
        long end = cutAt;
        if (end != NEVER && now - end > 0) {
            return true;
        }
        long blocked = writer.blockedSince();
        return blocked != NEVER && now - blocked > endpoint.limits().writeTimeout().toNanos();
    }

    /// Never idle for the web server: [#enforce] tells whether the client is there.
    @Override
    public Duration idleTime() {
        return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
        if (interrupt) {
            writer.cut();
        } else {
            end(CloseCode.GOING_AWAY, "the server is stopping");
        }
    }

    private long now() {
        return timing.nanos() | 1;
    }
}
