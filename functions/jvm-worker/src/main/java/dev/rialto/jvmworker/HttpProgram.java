package dev.rialto.jvmworker;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.workers.ArtifactFolder;
import dev.rialto.workers.PrintedLines;
import dev.rialto.workers.SystemPrograms;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// The program of a micro app, which serves HTTP on a port of 127.0.0.1.
final class HttpProgram implements AutoCloseable {
    private static final Duration USUAL_START = Duration.ofSeconds(25);
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);
    private static final Duration TIME_TO_BE_GONE = Duration.ofMillis(200);
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 20_000;
    private static final int MAX_TRIES = 50;
    private static final int CONNECT_MILLIS = 1_000;

    private final Process process;
    private final PrintedLines printed;
    private final InetSocketAddress address;

    private HttpProgram(Process process, InetSocketAddress address) {
        this.process = process;
        this.printed = new PrintedLines(process.getInputStream());
        this.address = address;
    }

    /// Starts a program and waits until it accepts connections.
    ///
    /// @param load the frame that says how
    /// @param variables of its environment, besides those that all programs have
    /// @param lines takes what it prints
    /// @throws RefusedException when it does not
    static HttpProgram start(
            ObjectNode load,
            Artifact artifact,
            Map<String, String> variables,
            Consumer<String> lines)
            throws IOException {
        String scratch = Objects.requireNonNullElse(System.getenv("TMPDIR"), "/tmp");
        Path folder = Path.of(scratch, "app");
        ArtifactFolder.unpack(artifact, folder);
        List<String> words = new ArrayList<>();
        load.path("command").forEach(each -> words.add(each.asString("")));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        var builder =
                new ProcessBuilder(ArtifactFolder.resolve(words, folder))
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        load.path("environment")
                .forEach(each -> {
                    String name = each.asString("");
                    if (load.path("config").path(name).isString()) {
                        environment.put(name, load.path("config").path(name).stringValue());
                    }
                });
        environment.putAll(
                Map.of(
                        "PATH",
                        SystemPrograms.SEARCH_PATH,
                        "LANG",
                        "C.UTF-8",
                        "TZ",
                        Objects.requireNonNullElse(System.getenv("TZ"), "UTC"),
                        "TMPDIR",
                        scratch,
                        "HOME",
                        scratch,
                        "PORT",
                        String.valueOf(address.getPort())));
        environment.putAll(variables);
        var program = new HttpProgram(run(builder), address);
        boolean accepts = false;
        try {
            long within = load.path("within").asLong(USUAL_START.toMillis());
            program.awaitAcceptance(Duration.ofMillis(within));
            accepts = true;
            program.printed.to(lines);
            return program;
        } finally {
            if (!accepts) {
                program.close();
            }
        }
    }

    private static Process run(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException failure) {
            throw refused("can't be run: " + failure.getMessage());
        }
    }

    /// A port that the system does not give to outgoing connections: one of those, made while
    /// nothing listens yet, could be connected to itself.
    private static int freePort() throws IOException {
        var random = new SecureRandom();
        for (int tries = 1; ; tries++) {
            int port = FIRST_PORT + random.nextInt(PORTS);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (BindException taken) {
                if (tries == MAX_TRIES) {
                    throw taken;
                }
            }
        }
    }

    private void awaitAcceptance(Duration within) {
        long begun = System.nanoTime();
        String why = "";
        while (System.nanoTime() - begun < within.toNanos()) {
            if (!process.isAlive()) {
                throw refused(
                        "ended with exit code "
                                + process.exitValue()
                                + " instead of serving HTTP"
                                + said());
            }
            try (var socket = new Socket()) {
                socket.connect(address, CONNECT_MILLIS);
                return;
            } catch (IOException notYet) {
                why = String.valueOf(notYet.getMessage());
            }
            sleep();
        }
        throw refused(
                "does not serve HTTP on the port of PORT at 127.0.0.1 after "
                        + within.toSeconds()
                        + " seconds ("
                        + why
                        + ")"
                        + said());
    }

    private static void sleep() {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw refused("was stopped");
        }
    }

    private String said() {
        // What has been printed when it has ended; a running one would go on.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
        String said = printed.untaken();
        return said.isEmpty() ? ", and printed nothing" : ": " + said;
    }

    private static RefusedException refused(String why) {
        return new RefusedException(Problem.of("its program " + why));
    }

    int port() {
        return address.getPort();
    }

    /// Runs an action once it has ended.
    void onEnd(Runnable action) {
        var _ = process.onExit().thenRun(action);
    }

    /// Whether it has ended, or is about to.
    boolean hasEnded() {
        try {
            return process.waitFor(TIME_TO_BE_GONE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Asks it to end, and ends it if it does not.
    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        // Unlike the process itself, its handle leaves what it prints readable.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        descendants.forEach(ProcessHandle::destroyForcibly);
        // What it printed last is passed on.
        printed.untaken();
    }
}
