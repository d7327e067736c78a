package dev.rialto.sdk.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A whole Rialto server for tests, on this machine, with an empty database of its own: triggers,
/// permissions, JSON and limits act as they do in production. It starts in a few seconds, so tests
/// share one, and [#close] ends it and removes all that it stored.
///
/// ```java
/// private static final LocalServer SERVER = LocalServer.start().deploy(Path.of("."));
///
/// @AfterAll
/// static void stop() {
///     SERVER.close();
/// }
///
/// @Test
/// void greets() {
///     var answer = SERVER.post("/functions/greet", "{\"name\": \"Ada\"}");
///     assertEquals("{\"result\":{\"text\":\"Hello, Ada!\"}}", answer.body());
/// }
/// ```
///
/// It runs the `rialto` command that the system property `rialto.command` or the variable
/// `RIALTO_COMMAND` names, else the one that made the project (`./rialto new`), else the first one
/// in the folders above or on the `PATH`.
public final class LocalServer implements AutoCloseable {
    private static final String APP = "test";
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration STOP = Duration.ofSeconds(20);

    private final String command;
    private final String masterKey;
    private final Path data;
    private final Process process;
    private final List<String> said;
    private final String url;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> headers;

    /// An answer of the server.
    ///
    /// @param body JSON
    public record Answer(int status, String body) {}

    private LocalServer(Start start, String url) {
        this.command = start.command;
        this.masterKey = start.masterKey;
        this.data = start.data;
        this.process = start.process;
        this.said = start.said;
        this.url = url;
        this.headers = Map.of("X-Parse-Application-Id", APP, "Content-Type", "application/json");
    }

    private LocalServer(LocalServer server, Map<String, String> headers) {
        this.command = server.command;
        this.masterKey = server.masterKey;
        this.data = server.data;
        this.process = server.process;
        this.said = server.said;
        this.url = server.url;
        this.headers = headers;
    }

    /// What a server is before it is ready.
    private record Start(
            String command, String masterKey, Path data, Process process, List<String> said) {}

    /// Starts a server with one app and waits until it is ready.
    ///
    /// @throws IllegalStateException when there is no `rialto` command or it doesn't start, with
    ///   what it said
    public static LocalServer start() {
        String command = command();
        byte[] random = new byte[20];
        new SecureRandom().nextBytes(random);
        String key = HexFormat.of().formatHex(random);
        try {
            Path data = Files.createTempDirectory("rialto-local-");
            var serving =
                    new ProcessBuilder(command, "serve", "--port", "0", "--data", data.toString())
                            .redirectErrorStream(true);
            serving.environment().put("RIALTO_APP_ID", APP);
            serving.environment().put("RIALTO_APP_MASTER_KEY", key);
            var start = new Start(command, key, data, serving.start(), new ArrayList<>());
            Runtime.getRuntime().addShutdownHook(new Thread(start.process::destroy));
            return ready(start);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static LocalServer ready(Start start) throws IOException {
        var watch = new Thread(() -> destroyAfter(start.process, START), "local-server-start");
        watch.setDaemon(true);
        watch.start();
        var output =
                new BufferedReader(
                        new InputStreamReader(
                                start.process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            start.said.add(line);
            if (line.startsWith("ready ")) {
                watch.interrupt();
                var server = new LocalServer(start, line.split(" ", -1)[1] + "/v1");
                var rest = new Thread(() -> keep(output, start.said), "local-server-output");
                rest.setDaemon(true);
                rest.start();
                return server;
            }
        }
        delete(start.data);
        throw new IllegalStateException(
                "the server did not start:\n" + String.join("\n", start.said));
    }

    private static void destroyAfter(Process process, Duration time) {
        try {
            Thread.sleep(time);
            process.destroy();
        } catch (InterruptedException _) {
            // It is ready.
        }
    }

    private static void keep(BufferedReader output, List<String> said) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (said) {
                    said.add(line);
                }
            }
        } catch (IOException _) {
            // The server has ended.
        }
    }

    /// Deploys a micro app.
    ///
    /// @param project its folder
    /// @return this
    /// @throws IllegalStateException when it is refused, with all problems
    public LocalServer deploy(Path project) {
        var deploying =
                new ProcessBuilder(
                                command,
                                "deploy",
                                project.toString(),
                                "--server",
                                url,
                                "--app",
                                APP)
                        .redirectErrorStream(true);
        deploying.environment().put("RIALTO_MASTER_KEY", masterKey);
        try {
            Process running = deploying.start();
            String said =
                    new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (running.waitFor() != 0) {
                throw new IllegalStateException(said.strip());
            }
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /// The address of the REST API, for SDKs.
    public String url() {
        return url;
    }

    /// The id of its app, for SDKs.
    public String app() {
        return APP;
    }

    public String masterKey() {
        return masterKey;
    }

    /// What the server printed so far.
    public String output() {
        synchronized (said) {
            return String.join("\n", said);
        }
    }

    /// The same server, asked with the master key.
    public LocalServer asMaster() {
        return with("X-Parse-Master-Key", masterKey);
    }

    /// The same server, asked as a user.
    public LocalServer as(String sessionToken) {
        return with("X-Parse-Session-Token", sessionToken);
    }

    private LocalServer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new LocalServer(this, more);
    }

    public Answer get(String path) {
        return send("GET", path, "");
    }

    public Answer post(String path, String json) {
        return send("POST", path, json);
    }

    public Answer put(String path, String json) {
        return send("PUT", path, json);
    }

    public Answer delete(String path) {
        return send("DELETE", path, "");
    }

    /// Sends a request.
    ///
    /// @param path below `/v1`
    /// @param json empty for none
    public Answer send(String method, String path, String json) {
        var body =
                json.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(json);
        var request = HttpRequest.newBuilder(URI.create(url + path)).method(method, body);
        headers.forEach(request::header);
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /// Stops the server and removes its data.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        delete(data);
    }

    private static void delete(Path folder) {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String command() {
        return Stream.of(
                        Optional.ofNullable(System.getProperty("rialto.command")),
                        Optional.ofNullable(System.getenv("RIALTO_COMMAND")),
                        recorded(),
                        above(),
                        onPath())
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "there is no rialto command in the parent folders or on the"
                                        + " PATH: set RIALTO_COMMAND"));
    }

    /// The command that made the project.
    private static Optional<String> recorded() {
        try {
            return Optional.of(Files.readString(Path.of(".rialto", "command")).strip())
                    .filter(each -> Files.isExecutable(Path.of(each)));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> above() {
        return Stream.<Path>iterate(
                        Path.of("").toAbsolutePath(), each -> each != null, Path::getParent)
                .map(each -> each.resolve("rialto"))
                .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
                .map(Path::toString)
                .findFirst();
    }

    private static Optional<String> onPath() {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH"))
                                .orElse("")
                                .split(System.getProperty("path.separator"), -1))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each, "rialto"))
                .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
                .map(Path::toString)
                .findFirst();
    }
}
