package dev.rialto.node;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// The connections of a revision's workers to other servers. A worker asks for one; the server
/// makes it if the rules allow it, and hands it over as a Unix socket that takes one visitor. A
/// worker in namespaces has no other way out.
final class Connections implements AutoCloseable {
    private static final int AT_ONCE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String PREFIX = "rialto-net-";

    /// Looking up a name may hold a thread for long, and with it the carrier of a virtual one.
    private static final Semaphore LOOK_UPS = new Semaphore(64);

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

    /// Makes the folder of the sockets, in a short path as sockets need it. Others on the machine
    /// are kept out by the folder around it; the folder itself is open, because a worker that sees
    /// it may belong to somebody else.
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

    /// Removes the folders of servers that are no more.
    static void sweep() {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            all.filter(each -> each.getFileName().toString().startsWith(PREFIX))
                    .filter(each ->
                            ProjectFolder.isLeftOver(
                                    each.getFileName().toString().substring(PREFIX.length())))
                    .filter(Files::isWritable)
                    .forEach(ProjectFolder::delete);
        } catch (IOException | UncheckedIOException unreadable) {
            System.getLogger(Connections.class.getName())
                    .log(System.Logger.Level.DEBUG, "not swept", unreadable);
        }
    }

    Path folder() {
        return folder;
    }

    /// Makes a connection, on a thread of its own.
    ///
    /// @param answer takes `socket`, a file in [#folder], with `address` and `family`; or `code`
    ///   and `message` as Node.js has them
    void connect(ObjectNode frame, Consumer<ObjectNode> answer) {
        ObjectNode told =
                Json.object().put("type", "answer").put("ask", frame.path("ask").asLong(0));
        if (!permits.tryAcquire()) {
            answer.accept(refused(told, "EMFILE", "more than " + AT_ONCE + " connections"));
            return;
        }
        Thread.ofVirtual()
                .name("node-connection")
                .start(() -> {
                    try {
                        connect(
                                frame.path("host").asString(""),
                                frame.path("port").asInt(0),
                                told,
                                answer);
                    } finally {
                        permits.release();
                    }
                });
    }

    private void connect(String host, int port, ObjectNode told, Consumer<ObjectNode> answer) {
        SocketChannel out;
        try {
            out = reach(addresses(host, port));
        } catch (RialtoException forbidden) {
            answer.accept(refused(told, "EACCES", forbidden.getMessage()));
            return;
        } catch (UnknownHostException unknown) {
            answer.accept(refused(told, "ENOTFOUND", "getaddrinfo ENOTFOUND " + host));
            return;
        } catch (SocketTimeoutException late) {
            answer.accept(failed(told, "ETIMEDOUT", host, port));
            return;
        } catch (ConnectException none) {
            answer.accept(failed(told, "ECONNREFUSED", host, port));
            return;
        } catch (IOException unreachable) {
            answer.accept(failed(told, "ENETUNREACH", host, port));
            return;
        }
        open.add(out);
        try (out) {
            handOver(out, told, answer);
        } catch (IOException broken) {
            // Both ends are closed, which is how the worker hears of it.
        } finally {
            open.remove(out);
        }
    }

    private List<InetSocketAddress> addresses(String host, int port) throws UnknownHostException {
        var found = new CompletableFuture<List<InetSocketAddress>>();
        if (!LOOK_UPS.tryAcquire()) {
            throw new UnknownHostException("too many names are looked up at once");
        }
        Thread.ofPlatform()
                .daemon()
                .name("node-look-up")
                .start(() -> {
                    try {
                        found.complete(rules.addresses(host, port));
                    } catch (UnknownHostException | RuntimeException failure) {
                        found.completeExceptionally(failure);
                    } finally {
                        LOOK_UPS.release();
                    }
                });
        try {
            return found.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case UnknownHostException unknown -> throw unknown;
                case RialtoException forbidden -> throw forbidden;
                case null, default ->
                        throw new IllegalStateException("a look-up failed", failed.getCause());
            }
        } catch (TimeoutException late) {
            throw new UnknownHostException("it took too long to look the name up");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("the server stops");
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

    private void handOver(SocketChannel out, ObjectNode told, Consumer<ObjectNode> answer)
            throws IOException {
        Path file = folder.resolve(Long.toString(count.incrementAndGet(), Character.MAX_RADIX));
        try (var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            door.bind(UnixDomainSocketAddress.of(file), 1);
            open.add(door);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            if (closed) {
                return;
            }
            var address = (InetSocketAddress) out.getRemoteAddress();
            String text = address.getAddress().getHostAddress();
            answer.accept(
                    told.put("socket", file.getFileName().toString())
                            .put("address", text)
                            .put("family", text.indexOf(':') < 0 ? "IPv4" : "IPv6"));
            SocketChannel in = visitor(door);
            open.add(in);
            try (in) {
                Splice.both(in, out);
            } finally {
                open.remove(in);
            }
        } finally {
            open.removeIf(each -> each instanceof ServerSocketChannel door && !door.isOpen());
            Files.deleteIfExists(file);
        }
    }

    /// Waits for the worker, which comes at once if it still wants the connection.
    private static SocketChannel visitor(ServerSocketChannel door) throws IOException {
        Thread closer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Thread.sleep(PATIENCE);
                                door.close();
                            } catch (InterruptedException come) {
                                Thread.currentThread().interrupt();
                            } catch (IOException gone) {
                                // it is closed all the same
                            }
                        });
        try {
            SocketChannel in = door.accept();
            door.close();
            return in;
        } finally {
            closer.interrupt();
        }
    }

    private static ObjectNode failed(ObjectNode told, String code, String host, int port) {
        return refused(told, code, "connect " + code + " " + host + ":" + port);
    }

    private static ObjectNode refused(ObjectNode told, String code, String message) {
        return told.put("code", code).put("message", message);
    }

    @Override
    public void close() {
        closed = true;
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception gone) {
                System.getLogger(Connections.class.getName())
                        .log(System.Logger.Level.DEBUG, "not closed", gone);
            }
        }
        ProjectFolder.delete(root);
    }
}
