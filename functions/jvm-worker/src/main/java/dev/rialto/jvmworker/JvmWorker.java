package dev.rialto.jvmworker;

import dev.rialto.compiler.GroovyAllowList;
import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.workers.Frames;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Runs one micro app: takes its files, then its calls, from the server, until the server closes
/// the connection.
public final class JvmWorker {
    private static final Logger LOG = Logger.getLogger(JvmWorker.class.getName());

    private static final long UNLIMITED = 1L << 50;

    /// The process has limits of its own, which the system keeps.
    private static final SharedSettings SETTINGS =
            new SharedSettings(
                    SharedSettings.defaults().threads(),
                    100,
                    UNLIMITED,
                    UNLIMITED,
                    SharedSettings.defaults().resultSize(),
                    Duration.ofSeconds(30),
                    false);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /// How long calls that do end have for it.
    private static final Duration TIME_FOR_OTHERS = Duration.ofSeconds(1);

    private static final int FAILED = 1;

    private final ServerLink server;
    private final SharedRuntime runtime;
    private final Map<String, byte[]> files = new HashMap<>();
    private volatile @Nullable Map<String, InterfaceDescriptor> interfaces;
    private volatile @Nullable LoadedRevision revision;

    private JvmWorker(ServerLink server) {
        this.server = server;
        this.runtime =
                SharedRuntime.trusting(
                        SETTINGS,
                        (_, level, message) -> server.log(level, message),
                        GroovyAllowList.language());
    }

    public static void main(String[] arguments) {
        String socket = System.getenv(Frames.SOCKET_VARIABLE);
        if (socket == null) {
            throw new IllegalStateException("this program is started by a Rialto server");
        }
        try (SocketChannel link = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            var server = new ServerLink(link);
            new JvmWorker(server).serve();
            end(0);
        } catch (IOException | RuntimeException | Error failure) {
            LOG.log(Level.SEVERE, "the worker failed", failure);
            end(FAILED);
        }
    }

    /// Ends the process; threads of the micro app may still run.
    private static void end(int code) {
        Runtime.getRuntime().halt(code);
    }

    private void serve() throws IOException {
        server.send(Json.object().put("type", "hello").put("protocol", Frames.PROTOCOL));
        Thread.ofVirtual().start(this::endWhenStuck);
        Optional<ObjectNode> frame = server.read();
        while (frame.isPresent()) {
            receive(frame.get());
            frame = server.read();
        }
    }

    /// Ends the process when a call does not end, so that another takes its place.
    private void endWhenStuck() {
        try {
            while (runtime.stuck() == 0) {
                Thread.sleep(LOOK_EVERY);
            }
            server.log("error", "a call does not end: the process is replaced");
            Thread.sleep(TIME_FOR_OTHERS);
            Runtime.getRuntime().halt(JvmImage.STUCK);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(ObjectNode frame) {
        switch (frame.path("type").asString("")) {
            case "file" ->
                    files.put(frame.path("path").asString(""), frame.path("content").binaryValue());
            case "load" -> Thread.ofVirtual().start(() -> load(frame));
            case "call" -> Thread.ofVirtual().start(() -> call(frame));
            case "ping" -> server.send(Json.object().put("type", "pong"));
            // Calls end at their deadlines, and newer servers may send more.
            default -> {}
        }
    }

    private void load(ObjectNode frame) {
        try {
            Map<String, String> config = new HashMap<>();
            frame.path("config")
                    .properties()
                    .forEach(each -> config.put(each.getKey(), each.getValue().asString("")));
            String app = frame.path("app").asString("");
            var release =
                    new Release(
                            new App(app, app),
                            frame.path("microApp").asString(""),
                            frame.path("revision").asInt(0),
                            config);
            LoadedRevision loaded = runtime.load(release, new Artifact(files));
            files.clear();
            Map<String, InterfaceDescriptor> byName = new HashMap<>();
            loaded.descriptor()
                    .interfaces()
                    .forEach(each -> byName.put(each.function() + "-" + each.name(), each));
            interfaces = byName;
            revision = loaded;
            server.send(Json.object().put("type", "ready"));
        } catch (RefusedException refused) {
            ObjectNode answer = Json.object().put("type", "refused");
            var problems = answer.putArray("problems");
            refused.problems().forEach(each -> problems.add(each.wire()));
            server.send(answer);
        } catch (RuntimeException | LinkageError failure) {
            ObjectNode answer = Json.object().put("type", "refused");
            answer.putArray("problems").addObject().put("message", failure.toString());
            server.send(answer);
        }
    }

    private void call(ObjectNode frame) {
        long id = frame.path("id").asLong(0);
        ObjectNode answer;
        try {
            LoadedRevision loaded = revision;
            Map<String, InterfaceDescriptor> known = interfaces;
            InterfaceDescriptor exposed =
                    known == null ? null : known.get(frame.path("interface").asString(""));
            if (loaded == null || exposed == null) {
                throw new RialtoException(ErrorCode.SCRIPT_FAILED, "there is no such interface");
            }
            var invocation = ReceivedCalls.invocation(frame, new RemoteHost(server, id));
            Result result = loaded.find(exposed).call(invocation);
            answer = ReceivedCalls.result(id, result, invocation.context());
        } catch (RialtoException told) {
            answer = ReceivedCalls.failure(id, told);
        } catch (RuntimeException | Error failure) {
            if (failure instanceof VirtualMachineError) {
                // Such as one that can't start a thread: the next process can.
                end(FAILED);
            }
            server.log("error", "the worker failed: " + failure);
            answer =
                    ReceivedCalls.failure(
                            id, new RialtoException(ErrorCode.SCRIPT_FAILED, "the worker failed"));
        }
        server.send(answer);
    }
}
