package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Programs in Python that run as custom images, and calls of them.
final class CustomPrograms implements AutoCloseable {
    static final String PYTHON = "[\"python3\", \"app.py\"]";

    /// What a program must say first, then its functions by what they are called.
    static final String WORKER =
            """
            import json, os, socket, sys, time
            link = socket.socket(socket.AF_UNIX)
            link.connect(os.environ["RIALTO_SOCKET"])
            incoming = link.makefile("rb")
            def send(frame):
                body = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
                link.sendall(len(body).to_bytes(4, "big") + body)
            def read():
                length = incoming.read(4)
                if not length: sys.exit()
                return json.loads(incoming.read(int.from_bytes(length, "big")))
            def next_call():
                while True:
                    frame = read()
                    if frame["type"] == "load": send({"type": "ready"})
                    if frame["type"] == "ping": send({"type": "pong"})
                    if frame["type"] == "call": return frame
            def result(call, output):
                send({"type": "result", "id": call["id"], "output": output})
            send({"type": "hello", "protocol": 1})
            """;

    static final String SERVER =
            """
            import http.server, json, os, sys, time, urllib.error, urllib.request
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self): self.do_POST()
                def do_POST(self):
                    self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    answer(self)
                def tell(self, status, body, **headers):
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name.replace("_", "-"), value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *_): pass
            def serve():
                address = ("127.0.0.1", int(os.environ["PORT"]))
                http.server.ThreadingHTTPServer(address, Handler).serve_forever()
            """;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final IsolatedRuntime runtime;

    private CustomPrograms(Map<String, String> settings) {
        runtime =
                new IsolatedRuntime(
                        new Launcher(
                                IsolatedSettings.read(new Settings(Map.of(), Map.of(), settings)),
                                Launcher.Purpose.isolated(Optional.empty()),
                                Surroundings.of(System.getenv())),
                        IsolatedRuntimeTest.IMAGES,
                        (_, _, line) -> log.add(line),
                        Timing.SYSTEM);
    }

    static CustomPrograms start() {
        return start(Map.of());
    }

    static CustomPrograms start(Map<String, String> settings) {
        CustomImageContract.requirePython();
        return new CustomPrograms(settings);
    }

    /// The lines of their log.
    List<String> log() {
        return log;
    }

    IsolatedRuntime runtime() {
        return runtime;
    }

    @Override
    public void close() {
        runtime.close();
    }

    static Artifact artifact(String image, String command, Map<String, String> files) {
        Map<String, byte[]> all = new HashMap<>();
        files.forEach((path, text) -> all.put(path, text.getBytes(StandardCharsets.UTF_8)));
        all.put(
                Artifact.DESCRIPTOR,
                """
                {"name": "custom", "domain": "test", "group": "custom", "runtime": "isolated",
                 "image": "%s", "command": %s,
                 "interfaces": [
                   {"function": "cloud", "name": "go",
                    "bindings": [{"kind": "cloudFunction", "name": "go"}]},
                   {"function": "web", "name": "all",
                    "bindings": [{"kind": "endpoint", "method": "GET", "path": "/{rest}"}]}
                 ]}
                """
                        .formatted(image, command)
                        .getBytes(StandardCharsets.UTF_8));
        return new Artifact(all);
    }

    LoadedRevision load(String image, String command, Map<String, String> files) {
        return runtime.load(
                new Release(new App("shop", "app_shop"), "custom", 1, Map.of("greeting", "hello")),
                artifact(image, command, files));
    }

    LoadedRevision worker(String code) {
        return load("command", PYTHON, Map.of("app.py", WORKER + code));
    }

    LoadedRevision server(String code) {
        return load("http", PYTHON, Map.of("app.py", SERVER + code + "\nserve()\n"));
    }

    static Result call(
            LoadedRevision revision,
            String function,
            JsonNode input,
            Duration within,
            ListeningHost host) {
        InterfaceDescriptor exposed =
                revision.descriptor().interfaces().stream()
                        .filter(each -> each.function().equals(function))
                        .findFirst()
                        .orElseThrow();
        return revision.find(exposed)
                .call(
                        new Invocation(
                                input,
                                new Caller.Anonymous(),
                                Optional.empty(),
                                "request",
                                within,
                                host));
    }

    static JsonNode call(LoadedRevision revision) {
        return call(revision, "cloud", Json.object(), Duration.ofSeconds(20), new ListeningHost())
                .output();
    }

    static ObjectNode request(String path, String url) {
        ObjectNode request = Json.object().put("method", "GET").put("path", path).put("url", url);
        request.putObject("headers")
                .put("accept", "text/plain")
                .put("x-rialto-call", "stolen")
                .put("connection", "close");
        return request.put("body", "");
    }

    static JsonNode page(LoadedRevision revision, String path, String url) {
        return call(
                        revision,
                        "web",
                        request(path, url),
                        Duration.ofSeconds(20),
                        new ListeningHost())
                .output();
    }

    static String bytes(JsonNode output) {
        return new String(output.path("bytes").binaryValue(), StandardCharsets.UTF_8);
    }
}
