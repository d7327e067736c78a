package dev.rialto.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A network between a server and its database, which can be cut.
final class Relay implements AutoCloseable {
    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private Relay(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    static Relay to(int port) throws IOException {
        var relay = new Relay(port);
        Thread.ofVirtual().name("relay").start(relay::accept);
        return relay;
    }

    int port() {
        return listener.getLocalPort();
    }

    /// Breaks all connections, and those that come from now on.
    void cut() {
        cut = true;
        open.forEach(Relay::end);
    }

    void restore() {
        cut = false;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException closed) {
                // looks whether it is to end
                Thread.onSpinWait();
            }
        }
    }

    private void connect(Socket near) throws IOException {
        open.add(near);
        if (cut) {
            end(near);
            return;
        }
        var far = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(far);
        pass(near, far);
        pass(far, near);
        if (cut) {
            cut();
        }
    }

    private void pass(Socket from, Socket to) {
        Thread.ofVirtual()
                .name("relay")
                .start(() -> {
                    try (from;
                            to) {
                        from.getInputStream().transferTo(to.getOutputStream());
                    } catch (IOException gone) {
                        open.remove(from);
                    }
                });
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
