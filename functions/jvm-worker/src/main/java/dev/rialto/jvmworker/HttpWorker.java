package dev.rialto.jvmworker;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.workers.Frames;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Runs a program that serves HTTP: takes its files from the server, starts it, and passes the
/// server's calls on to it as requests, until the server closes the connection.
public final class HttpWorker {
    private static final Logger LOG = Logger.getLogger(HttpWorker.class.getName());

    private static final Duration TIME_FOR_ANSWERS = Duration.ofMillis(300);
    private static final int FAILED = 1;

    private final ServerLink server;
    private final Map<String, byte[]> files = new HashMap<>();
    private final AtomicBoolean leaving = new AtomicBoolean();
    private volatile @Nullable ProgramCalls calls;
    private volatile @Nullable HttpProgram program;

    private HttpWorker(ServerLink server) {
        this.server = server;
    }

    public static void main(String[] arguments) {
        String socket = System.getenv(Frames.SOCKET_VARIABLE);
        if (socket == null) {
            throw new IllegalStateException("this program is started by a Rialto server");
        }
        try (SocketChannel link = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            var worker = new HttpWorker(new ServerLink(link));
            worker.server.serve(worker::receive);
            worker.end(0);
        } catch (IOException | RuntimeException | Error failure) {
            LOG.log(Level.SEVERE, "the worker failed", failure);
            Runtime.getRuntime().halt(FAILED);
        }
    }

    /// Ends the program, then this process.
    private void end(int code) {
        HttpProgram started = program;
        if (started != null) {
            started.close();
            server.awaitSent(TIME_FOR_ANSWERS);
        }
        Runtime.getRuntime().halt(code);
    }

    private void receive(ObjectNode frame) {
        switch (frame.path("type").asString("")) {
            case "file" ->
                    files.put(frame.path("path").asString(""), frame.path("content").binaryValue());
            case "load" -> {
                var artifact = new Artifact(files);
                files.clear();
                Thread.ofVirtual().start(() -> load(frame, artifact));
            }
            case "call" -> Thread.ofVirtual().start(() -> call(frame));
            case "ping" -> server.send(Json.object().put("type", "pong"));
            case "drain" -> Thread.ofPlatform().start(() -> end(0));
            // Calls end at their deadlines, and newer servers may send more.
            default -> {}
        }
    }

    private void load(ObjectNode frame, Artifact artifact) {
        ObjectNode answer = Json.object();
        try {
            var door = new PlatformDoor();
            HttpProgram started =
                    HttpProgram.start(
                            frame,
                            artifact,
                            door.variables(),
                            line -> server.log("", "error", line));
            program = started;
            Set<String> takingRequests = new HashSet<>();
            frame.path("takingRequests").forEach(each -> takingRequests.add(each.asString("")));
            calls =
                    new ProgramCalls(
                            new ProgramRequests(started.port(), takingRequests),
                            door,
                            started::hasEnded);
            started.onEnd(() -> Thread.ofPlatform().start(this::endAfterProgram));
            answer.put("type", "ready");
        } catch (RefusedException refused) {
            var problems = answer.put("type", "refused").putArray("problems");
            refused.problems().forEach(each -> problems.add(each.wire()));
        } catch (IOException | RuntimeException failure) {
            answer.put("type", "refused")
                    .putArray("problems")
                    .addObject()
                    .put("message", failure.toString());
        }
        server.send(answer.put("slot", frame.path("slot").asInt(0)));
    }

    private void endAfterProgram() {
        server.send(Json.object().put("type", "leaving"));
        pause(TIME_FOR_ANSWERS);
        end(HttpImage.PROGRAM_ENDED);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(ObjectNode frame) {
        long id = frame.path("id").asLong(0);
        ObjectNode answer;
        try {
            ProgramCalls started = calls;
            if (started == null) {
                throw new RialtoException(ErrorCode.SCRIPT_FAILED, "it is not loaded");
            }
            answer = started.call(frame, new RemoteHost(server, id));
        } catch (ProgramCalls.UnansweredException unanswered) {
            leave(unanswered);
            return;
        } catch (RialtoException told) {
            answer = ReceivedCalls.failure(id, told);
        } catch (RuntimeException | Error failure) {
            if (failure instanceof VirtualMachineError) {
                end(FAILED);
            }
            server.log("", "error", "the worker failed: " + failure);
            answer =
                    ReceivedCalls.failure(
                            id, new RialtoException(ErrorCode.SCRIPT_FAILED, "the worker failed"));
        }
        server.send(answer);
    }

    /// A program that does not end a call may be in a loop: the server starts another in its place,
    /// and ends this one as soon as its other calls have ended.
    private void leave(ProgramCalls.UnansweredException unanswered) {
        if (!leaving.compareAndSet(false, true)) {
            return;
        }
        server.log("", "error", unanswered.getMessage() + ": the process is replaced");
        server.send(Json.object().put("type", "leaving"));
        pause(JvmWorker.TIME_FOR_OTHERS);
        end(JvmImage.STUCK);
    }
}
