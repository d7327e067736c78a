package dev.rialto.jvmworker;

import dev.rialto.compiler.GroovyAllowList;
import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.RevisionLog;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.workers.Frames;
import dev.rialto.workers.LinkKey;
import java.io.IOException;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs micro apps: takes their files, then their calls, from the server, until the server closes
/// the connection.
public final class JvmWorker {
    private static final Logger LOG = Logger.getLogger(JvmWorker.class.getName());

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /// How long the process stays for calls that do end, once one does not.
    static final Duration TIME_FOR_OTHERS = Duration.ofSeconds(5);

    private static final int FAILED = 1;

    private final ServerLink server;
    private final Map<Integer, Map<String, byte[]>> files = new HashMap<>();
    private final Map<Integer, ReceivedRevision> revisions = new ConcurrentHashMap<>();
    private @Nullable SharedRuntime runtime;

    private JvmWorker(ServerLink server) {
        this.server = server;
    }

    public static void main(String[] arguments) {
        try {
            var worker = new JvmWorker(link(System.getenv()));
            worker.server.serve(worker::receive);
            end(0);
        } catch (IOException | RuntimeException | Error failure) {
            LOG.log(Level.SEVERE, "the worker failed", failure);
            end(FAILED);
        }
    }

    /// Connects to the server where its socket is on this machine; else waits for it.
    private static ServerLink link(Map<String, String> environment) throws IOException {
        String listen = environment.get(LinkKey.LISTEN_VARIABLE);
        if (listen != null) {
            Path folder = Path.of(environment.getOrDefault(LinkKey.FOLDER_VARIABLE, ""));
            Socket link = ServerDoor.await(listen, folder);
            return new ServerLink(link.getInputStream(), link.getOutputStream());
        }
        String socket = environment.get(Frames.SOCKET_VARIABLE);
        if (socket == null) {
            throw new IllegalStateException("this program is started by a Rialto server");
        }
        return new ServerLink(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /// Ends the process; threads of the micro app may still run.
    private static void end(int code) {
        Runtime.getRuntime().halt(code);
    }

    private void receive(ObjectNode frame) {
        int slot = frame.path("slot").asInt(0);
        switch (frame.path("type").asString("")) {
            case "file" ->
                    files.computeIfAbsent(slot, _ -> new HashMap<>())
                            .put(
                                    frame.path("path").asString(""),
                                    frame.path("content").binaryValue());
            case "load" -> {
                SharedRuntime running = runtimeFor(frame);
                var artifact =
                        new Artifact(Objects.requireNonNullElse(files.remove(slot), Map.of()));
                Thread.ofVirtual().start(() -> load(running, slot, frame, artifact));
            }
            case "unload" ->
                    Optional.ofNullable(revisions.remove(slot))
                            .ifPresent(each -> Thread.ofVirtual().start(each::close));
            case "call" -> Thread.ofVirtual().start(() -> call(slot, frame));
            case "ping" -> server.send(Json.object().put("type", "pong"));
            // Calls end at their deadlines, and newer servers may send more.
            default -> {}
        }
    }

    /// The first micro app decides whether the code of all of them is hardened.
    private SharedRuntime runtimeFor(ObjectNode load) {
        SharedRuntime running = runtime;
        if (running == null) {
            running = newRuntime(load.path("hardened"));
            runtime = running;
            SharedRuntime watched = running;
            Thread.ofVirtual().start(() -> endWhenStuck(watched));
        }
        return running;
    }

    private SharedRuntime newRuntime(JsonNode hardened) {
        RevisionLog log =
                (release, level, message) -> server.log(release.microApp(), level, message);
        return hardened.isObject()
                ? new SharedRuntime(SentSettings.read(hardened), log, GroovyAllowList.language())
                : SharedRuntime.trusting(SentSettings.ALONE, log, GroovyAllowList.language());
    }

    /// Ends the process when a call does not end, so that another takes its place.
    private void endWhenStuck(SharedRuntime running) {
        try {
            while (running.stuck() == 0) {
                Thread.sleep(LOOK_EVERY);
            }
            server.log("", "error", "a call does not end: the process is replaced");
            // The server ends this process as soon as its other calls have ended.
            server.send(Json.object().put("type", "leaving"));
            Thread.sleep(TIME_FOR_OTHERS);
            end(JvmImage.STUCK);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void load(SharedRuntime running, int slot, ObjectNode frame, Artifact artifact) {
        try {
            var loaded = ReceivedRevision.load(running, frame, artifact);
            revisions.put(slot, loaded);
            server.send(loaded.ready().put("slot", slot));
        } catch (RefusedException refused) {
            ObjectNode answer = Json.object().put("type", "refused").put("slot", slot);
            var problems = answer.putArray("problems");
            refused.problems().forEach(each -> problems.add(each.wire()));
            server.send(answer);
        } catch (RuntimeException | LinkageError failure) {
            ObjectNode answer = Json.object().put("type", "refused").put("slot", slot);
            answer.putArray("problems").addObject().put("message", failure.toString());
            server.send(answer);
        }
    }

    private void call(int slot, ObjectNode frame) {
        long id = frame.path("id").asLong(0);
        ObjectNode answer;
        try {
            ReceivedRevision loaded = revisions.get(slot);
            if (loaded == null) {
                throw new RialtoException(ErrorCode.SCRIPT_FAILED, "it is not loaded");
            }
            var invocation = ReceivedCalls.invocation(frame, new RemoteHost(server, id));
            Result result = loaded.call(frame.path("interface").asString(""), invocation);
            answer = ReceivedCalls.result(id, result, invocation.context());
        } catch (RialtoException told) {
            answer = ReceivedCalls.failure(id, told);
        } catch (RuntimeException | Error failure) {
            if (failure instanceof VirtualMachineError) {
                // Such as one that can't start a thread: the next process can.
                end(FAILED);
            }
            server.log("", "error", "the worker failed: " + failure);
            answer =
                    ReceivedCalls.failure(
                            id, new RialtoException(ErrorCode.SCRIPT_FAILED, "the worker failed"));
        }
        server.send(answer);
    }
}
