package dev.rialto.node;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Folders;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
import dev.rialto.workers.WorkerFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// The connections of a revision's workers to other servers. A worker requests a connection; if the
/// rules allow it, the server opens it and hands it over as a Unix socket that accepts one client.
/// A worker in namespaces has no other access to the network.
final class Connections implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Connections.class.getName());
    private static final int AT_ONCE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String PREFIX = "rialto-net-";

    private final OutboundRules rules;
    private final Path root;
    private final Path folder;
    private final Semaphore permits = new Semaphore(AT_ONCE);
    private final AtomicLong count = new AtomicLong();
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Connections(OutboundRules rules, Path root) {
        this.rules = rules;
        this.root = root;
        this.folder = root.resolve("n");
    }

    /// Creates the folder of the sockets, with a short path, as sockets require. The parent folder
    /// keeps out other users of the machine; the folder itself is open, because a worker may run as
    /// another user.
    static Connections open(OutboundRules rules) {
        try {
            Path root = Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
            Files.createDirectory(root.resolve("n"));
            Files.setPosixFilePermissions(
                    root.resolve("n"), PosixFilePermissions.fromString("rwxr-xr-x"));
            return new Connections(rules, root);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Removes the folders of servers that no longer exist.
    static void sweep() {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            all.filter(each -> WorkerFolder.isLeftOver(each, PREFIX))
                    .filter(Folders::isOwn)
                    .forEach(ProjectFolder::delete);
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.log(Level.FINE, "not swept", unreadable);
        }
    }

    Path folder() {
        return folder;
    }

    /// Opens a connection, on its own thread.
    ///
    /// @param answer takes `socket`, a file in [#folder], with `address` and `family`; or `code`
    ///   and `message` in the form of Node.js
    void connect(ObjectNode frame, Consumer<ObjectNode> answer) {
        var reply = new Reply(frame.path("ask").asLong(0), answer);
        if (!permits.tryAcquire()) {
            reply.refuse("EMFILE", "more than " + AT_ONCE + " connections");
            return;
        }
        Thread.ofVirtual()
                .name("node-connection")
                .start(() -> {
                    try {
                        connect(
                                frame.path("host").asString(""),
                                frame.path("port").asInt(0),
                                reply);
                    } finally {
                        permits.release();
                    }
                });
    }

    /// Reports the outcome of a connection to the worker, once.
    private static final class Reply {
        private final ObjectNode told;
        private final Consumer<ObjectNode> to;
        private boolean given;

        Reply(long ask, Consumer<ObjectNode> to) {
            this.told = Json.object().put("type", "answer").put("ask", ask);
            this.to = to;
        }

        void give(String socket, String address) {
            give(
                    told.put("socket", socket)
                            .put("address", address)
                            .put("family", address.indexOf(':') < 0 ? "IPv4" : "IPv6"));
        }

        /// After the handover, the worker learns of the connection's end from the socket only.
        void refuse(String code, String message) {
            if (!given) {
                give(told.put("code", code).put("message", message));
            }
        }

        private void give(ObjectNode whole) {
            given = true;
            to.accept(whole);
        }
    }

    private void connect(String host, int port, Reply reply) {
        try (SocketChannel out = reach(rules.addresses(host, port, PATIENCE))) {
            open.add(out);
            try {
                handOver(out, reply);
            } finally {
                open.remove(out);
            }
        } catch (RialtoException refused) {
            if (refused.code() == ErrorCode.OVERLOADED) {
                reply.refuse("EAI_AGAIN", "getaddrinfo EAI_AGAIN " + host);
            } else {
                reply.refuse("EACCES", String.valueOf(refused.getMessage()));
            }
        } catch (UnknownHostException unknown) {
            reply.refuse("ENOTFOUND", "getaddrinfo ENOTFOUND " + host);
        } catch (SocketTimeoutException late) {
            refuse(reply, "ETIMEDOUT", host, port);
        } catch (ConnectException none) {
            refuse(reply, "ECONNREFUSED", host, port);
        } catch (IOException unreachable) {
            refuse(reply, "ENETUNREACH", host, port);
        } catch (RuntimeException unexpected) {
            LOG.log(Level.SEVERE, "a connection failed", unexpected);
            refuse(reply, "EIO", host, port);
        }
    }

    /// Connects to the first address that answers.
    private static SocketChannel reach(List<InetSocketAddress> addresses) throws IOException {
        IOException first = null;
        for (InetSocketAddress each : addresses) {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(each, (int) PATIENCE.toMillis());
                return channel;
            } catch (IOException failure) {
                channel.close();
                if (first == null) {
                    first = failure;
                }
            }
        }
        throw first == null ? new UnknownHostException("no address") : first;
    }

    private void handOver(SocketChannel out, Reply reply) throws IOException {
        Path file = folder.resolve(Long.toString(count.incrementAndGet(), Character.MAX_RADIX));
        try (ServerSocketChannel listener = listener(file)) {
            open.add(listener);
            var address = (InetSocketAddress) out.getRemoteAddress();
            if (closed) {
                reply.refuse("ECONNABORTED", "the server is stopping");
                return;
            }
            reply.give(file.getFileName().toString(), address.getAddress().getHostAddress());
            SocketChannel in = accept(listener);
            open.add(in);
            try (in) {
                Splice.both(in, out);
            } finally {
                open.remove(in);
            }
        } catch (NoSocketException full) {
            reply.refuse("EMFILE", "the server can't pass on another connection");
        } finally {
            open.removeIf(
                    each -> each instanceof ServerSocketChannel listener && !listener.isOpen());
            Files.deleteIfExists(file);
        }
    }

    private static ServerSocketChannel listener(Path file) throws NoSocketException {
        try {
            var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                listener.bind(UnixDomainSocketAddress.of(file), 1);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
                return listener;
            } catch (IOException | RuntimeException failure) {
                listener.close();
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            throw new NoSocketException(failure);
        }
    }

    /// The socket at which the worker fetches its connection could not be created.
    private static final class NoSocketException extends IOException {
        NoSocketException(Exception cause) {
            super(cause);
        }
    }

    /// Waits for the worker, which connects immediately if it still wants the connection.
    private static SocketChannel accept(ServerSocketChannel listener) throws IOException {
        Thread closer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Thread.sleep(PATIENCE);
                                listener.close();
                            } catch (InterruptedException come) {
                                Thread.currentThread().interrupt();
                            } catch (IOException gone) {
                                // it is closed all the same
                            }
                        });
        try {
            SocketChannel in = listener.accept();
            listener.close();
            return in;
        } finally {
            closer.interrupt();
        }
    }

    private static void refuse(Reply reply, String code, String host, int port) {
        reply.refuse(code, "connect " + code + " " + host + ":" + port);
    }

    @Override
    public void close() {
        closed = true;
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception gone) {
                LOG.log(Level.FINE, "not closed", gone);
            }
        }
        ProjectFolder.delete(root);
    }
}
