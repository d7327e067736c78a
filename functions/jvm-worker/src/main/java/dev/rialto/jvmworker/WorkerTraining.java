package dev.rialto.jvmworker;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.kernel.Json;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.workers.Frames;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Creates the AOT cache of [JvmWorker]: lets one load and call a function while the JDK notes
/// which classes that needs. A worker starts in a fraction of the time with a cache of its own, as
/// the JDK loads all classes of a cache at the start, and the server's has many more.
public final class WorkerTraining {
    private static final int CALLS = 200;
    private static final long MEMORY = 384L << 20;

    private WorkerTraining() {}

    /// @param arguments the file of the cache
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path cache = Path.of(arguments[0]).toAbsolutePath();
        Path folder = Files.createTempDirectory("rialto-training-");
        Path notes = folder.resolve("notes");
        Path made = cache.resolveSibling(cache.getFileName() + ".new");
        var image = new JvmImage();
        try {
            record(
                    image.command(
                            MEMORY, List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + notes)),
                    folder.resolve("socket"));
            run(
                    image.command(
                            MEMORY,
                            List.of(
                                    "-XX:AOTMode=create",
                                    "-XX:AOTConfiguration=" + notes,
                                    "-XX:AOTCache=" + made)));
            Files.move(made, cache, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(notes);
            Files.deleteIfExists(made);
            Files.deleteIfExists(folder);
        }
    }

    private static void record(List<String> command, Path socket)
            throws IOException, InterruptedException {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            var builder = new ProcessBuilder(command).inheritIO();
            builder.environment().put(Frames.SOCKET_VARIABLE, socket.toString());
            Process worker = builder.start();
            var _ = worker.onExit().whenComplete((_, _) -> close(server));
            try (SocketChannel link = server.accept()) {
                talk(
                        new DataInputStream(new BufferedInputStream(Channels.newInputStream(link))),
                        Channels.newOutputStream(link));
            }
            requireSuccess(worker);
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        requireSuccess(new ProcessBuilder(command).inheritIO().start());
    }

    private static void requireSuccess(Process process) throws IOException, InterruptedException {
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("the worker exited with " + code);
        }
    }

    private static void close(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void talk(DataInputStream in, OutputStream out) throws IOException {
        await("hello", in);
        send(
                out,
                file(
                        Artifact.DESCRIPTOR,
                        bytes(
                                """
                                {"name": "training", "domain": "training", "group": "training"}
                                """)));
        send(
                out,
                file(
                        Artifact.INTERFACES,
                        bytes(
                                """
                                {"interfaces": [{
                                  "function": "training", "name": "add",
                                  "target": "dev.rialto.jvmworker.TrainingFunction#add",
                                  "input": {}, "output": {},
                                  "bindings": [{"kind": "cloudFunction", "name": "add"}]
                                }]}
                                """)));
        for (String each : List.of("", "$Order", "$Line", "$Receipt")) {
            String path = "dev/rialto/jvmworker/TrainingFunction" + each + ".class";
            send(out, file(path, resource("/" + path)));
        }
        ObjectNode load =
                Json.object()
                        .put("type", "load")
                        .put("app", "training")
                        .put("microApp", "training")
                        .put("revision", 1);
        load.putObject("config").put("key", "value");
        load.set("hardened", SentSettings.wire(SharedSettings.defaults()));
        send(out, load);
        await("ready", in);
        for (int i = 1; i <= CALLS; i++) {
            send(out, call(i));
            await("result", in);
            send(out, Json.object().put("type", "ping"));
            await("pong", in);
        }
    }

    private static ObjectNode file(String path, byte[] content) {
        return Json.object().put("type", "file").put("path", path).put("content", content);
    }

    private static ObjectNode call(int id) {
        ObjectNode call =
                Json.object()
                        .put("type", "call")
                        .put("id", id)
                        .put("requestId", "training")
                        .put("within", 10_000)
                        .put("interface", "training-add");
        call.putObject("caller").put("kind", "anonymous");
        ObjectNode input = call.putObject("input").put("name", "tea");
        input.putArray("lines").addObject().put("product", "cup").put("count", id);
        call.putObject("headers").put("user-agent", "training");
        return call;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String path) throws IOException {
        try (InputStream in = WorkerTraining.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IOException("there is no " + path);
            }
            return in.readAllBytes();
        }
    }

    private static void send(OutputStream out, ObjectNode frame) throws IOException {
        out.write(Frames.bytes(frame));
    }

    private static void await(String type, DataInputStream in) throws IOException {
        while (true) {
            Optional<ObjectNode> frame = Frames.read(in);
            if (frame.isEmpty()) {
                throw new IOException("the worker ended");
            }
            String told = frame.get().path("type").asString("");
            if (told.equals("refused") || told.equals("failed")) {
                throw new IOException("the worker answered " + frame.get());
            }
            if (told.equals(type)) {
                return;
            }
        }
    }
}
