package dev.rialto.jvmworker;

import dev.rialto.workers.LinkKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Where a worker waits for its server when a network is between them. It takes one connection, the
/// first that shows the certificate of its [LinkKey]; all others are closed.
final class ServerDoor {
    private static final Logger LOG = Logger.getLogger(ServerDoor.class.getName());
    private static final Duration TIME_FOR_HANDSHAKE = Duration.ofSeconds(5);
    private static final int MAX_HANDSHAKES = 16;
    private static final int MAX_WAITING = 64;

    /// The server pings each second, so a longer silence means that it is gone without a word.
    private static final Duration MAX_SILENCE = Duration.ofMinutes(2);

    private final SSLServerSocket listening;
    private final Semaphore handshakes = new Semaphore(MAX_HANDSHAKES);
    private final CompletableFuture<SSLSocket> server = new CompletableFuture<>();

    private ServerDoor(SSLServerSocket listening) {
        this.listening = listening;
    }

    /// Waits for the server.
    ///
    /// @param address where to listen, as `address:port`, or `:port` for all addresses
    /// @param folder with certificate and key
    static Socket await(String address, Path folder) throws IOException {
        var context =
                LinkKey.context(
                        Files.readString(folder.resolve(LinkKey.CERTIFICATE_FILE)),
                        Files.readString(folder.resolve(LinkKey.KEY_FILE)));
        var listening = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        listening.setEnabledProtocols(new String[] {LinkKey.PROTOCOL});
        listening.setNeedClientAuth(true);
        listening.bind(parse(address), MAX_WAITING);
        var door = new ServerDoor(listening);
        Thread.ofPlatform().daemon().name("door").start(door::accept);
        SSLSocket link = door.server.join();
        link.setSoTimeout((int) MAX_SILENCE.toMillis());
        link.setTcpNoDelay(true);
        return link;
    }

    private static InetSocketAddress parse(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            return colon < 1
                    ? new InetSocketAddress(port)
                    : new InetSocketAddress(
                            InetAddress.getByName(address.substring(0, colon)), port);
        } catch (IllegalArgumentException wrong) {
            throw new IOException(
                    LinkKey.LISTEN_VARIABLE + " is not a valid address:port: " + address, wrong);
        }
    }

    /// Goes on after the server has come: probes that only connect succeed.
    private void accept() {
        try {
            while (true) {
                var come = (SSLSocket) listening.accept();
                if (!server.isDone() && handshakes.tryAcquire()) {
                    Thread.ofVirtual().name("handshake").start(() -> handshake(come));
                } else {
                    close(come);
                }
            }
        } catch (IOException broken) {
            LOG.log(Level.SEVERE, "no more connections can be taken", broken);
        }
    }

    private void handshake(SSLSocket come) {
        boolean isServer = false;
        Thread late = Thread.ofVirtual().start(() -> closeLate(come));
        try {
            come.startHandshake();
            isServer = true;
        } catch (IOException stranger) {
            LOG.log(Level.FINE, "a connection was not the server's", stranger);
        } finally {
            late.interrupt();
            handshakes.release();
            if (!isServer || !server.complete(come)) {
                close(come);
            }
        }
    }

    private static void closeLate(SSLSocket come) {
        try {
            Thread.sleep(TIME_FOR_HANDSHAKE);
            close(come);
        } catch (InterruptedException inTime) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.log(Level.FINE, "a connection was not closed in order", gone);
        }
    }
}
