package dev.rialto.workers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The process of a worker, and the server's ends of what connects them.
///
/// @param in brings the worker's frames
/// @param out takes frames for the worker
/// @param printed what it prints, for the log
public record WorkerProcess(
        Process process, InputStream in, OutputStream out, PrintedLines printed) {
    private static final Logger LOG = Logger.getLogger(WorkerProcess.class.getName());
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    /// Starts a process.
    public interface Start {
        /// @throws IOException if the program can't be run or does not connect
        WorkerProcess start() throws IOException;
    }

    /// The process and all that it has started.
    ProcessTree tree() {
        return ProcessTree.of(process);
    }

    /// Kills the process and its descendants, and closes the connection, as a descendant that was
    /// not found would keep its other end open.
    void kill() {
        List<ProcessHandle> all = tree().handles();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            in.close();
        } catch (IOException gone) {
            LOG.log(Level.FINE, "the connection to a worker was not closed in order", gone);
        }
    }

    /// Kills it unless it ends in time.
    void killAfter(Duration time) {
        try {
            process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /// How a process has ended that is ending, or is killed.
    ///
    /// @param why what is known without its exit code
    /// @param told what exit codes mean, which may change while it ends
    WorkerEnd exit(String why, Supplier<Exits> told) {
        try {
            if (!process.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
            int code = process.waitFor();
            Exits exits = told.get();
            String meaning =
                    exits.meaning(code)
                            .map(known -> ": " + known)
                            .orElse(" (exit code " + code + ")");
            return new WorkerEnd(why + meaning, exits.isOutOfMemory(code));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new WorkerEnd(why, false);
        }
    }

    /// A start of a process whose frames go through a Unix domain socket. The process connects to
    /// it once; then the socket's file is gone, and nobody else can.
    ///
    /// @param socket where the file is for the server
    /// @param within how long the process may take to connect
    public static Start onSocket(ProcessBuilder builder, Path socket, Duration within) {
        return () -> {
            try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket), 1);
                // The process may run as another user; its folder keeps out all others.
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
                Process process = run(builder.redirectErrorStream(true));
                return connect(process, server, within);
            } finally {
                Files.deleteIfExists(socket);
            }
        };
    }

    private static Process run(ProcessBuilder builder) throws IOException {
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new IOException("can't run " + builder.command().getFirst(), failure);
        }
    }

    private static WorkerProcess connect(
            Process process, ServerSocketChannel server, Duration within) throws IOException {
        var printed = new PrintedLines(process.getInputStream());
        // A process that ends, or takes too long, ends the waiting for it.
        CompletableFuture<Process> ended =
                process.onExit().orTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
        var _ = ended.whenComplete((_, _) -> close(server));
        try {
            SocketChannel link = server.accept();
            return new WorkerProcess(
                    process,
                    Channels.newInputStream(link),
                    Channels.newOutputStream(link),
                    printed);
        } catch (ClosedChannelException never) {
            // Unlike the process itself, its handle leaves what it printed readable.
            process.toHandle().destroyForcibly();
            String why =
                    ended.isCompletedExceptionally()
                            ? "it did not connect within " + Worker.seconds(within)
                            : "it ended before it connected";
            String said = printed.untaken();
            throw new IOException(said.isEmpty() ? why : why + ": " + said, never);
        }
    }

    private static void close(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException failure) {
            LOG.log(Level.WARNING, "can't close the socket of a worker", failure);
        }
    }
}
