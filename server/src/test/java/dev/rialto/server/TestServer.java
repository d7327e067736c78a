package dev.rialto.server;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.NewKey;
import dev.rialto.http.Operation;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Watching;
import dev.rialto.store.Database;
import dev.rialto.testing.EventReader;
import dev.rialto.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A whole server on a database of its own, with two apps, and a client for it.
final class TestServer implements AutoCloseable {
    static final String APP = "first";
    static final String OTHER_APP = "second";
    static final String MASTER_KEY = "first-master-key";
    static final String READ_ONLY_KEY = "first-read-only-key";

    private final TestDatabase postgres = TestDatabase.create();
    private final Map<String, String> more;
    private final List<CapabilityPlan<?>> plans;
    private final RialtoServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Path data = Files.createTempDirectory("rialto-test-");

    /// What a request says about who sends it, as headers.
    record Sender(Map<String, String> headers) {
        static Sender client() {
            return new Sender(Map.of("X-Parse-Application-Id", APP));
        }

        static Sender master() {
            return client().with("X-Parse-Master-Key", MASTER_KEY);
        }

        static Sender readOnlyMaster() {
            return client().with("X-Parse-Master-Key", READ_ONLY_KEY);
        }

        static Sender of(String appId, String masterKey) {
            return new Sender(
                    Map.of("X-Parse-Application-Id", appId, "X-Parse-Master-Key", masterKey));
        }

        Sender with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Sender(more);
        }

        Sender session(String token) {
            return with("X-Parse-Session-Token", token);
        }
    }

    /// An answer.
    record Reply(int status, JsonNode body, HttpHeaders headers) {
        /// The id of the state of the job that was started.
        Optional<String> jobStatus() {
            return headers.firstValue("X-Parse-Job-Status-Id");
        }

        int code() {
            return body.path("code").asInt(0);
        }

        String text(String field) {
            return body.path(field).asString("");
        }
    }

    TestServer() throws IOException {
        this(Map.of());
    }

    /// @param more settings, in place of the usual
    TestServer(Map<String, String> more) throws IOException {
        this(more, List.of());
    }

    /// @param plans of capabilities beside those of every server
    TestServer(Map<String, String> more, List<CapabilityPlan<?>> plans) throws IOException {
        this.more = more;
        this.plans = List.copyOf(plans);
        server = node(data);
        server.apps()
                .create(
                        APP,
                        List.of(
                                new NewKey(AppKeyKind.MASTER, MASTER_KEY),
                                new NewKey(AppKeyKind.READ_ONLY_MASTER, READ_ONLY_KEY)),
                        Set.of());
        createOther();
    }

    void deleteOther() {
        server.apps().delete(OTHER_APP);
    }

    void createOther() {
        server.apps()
                .create(
                        OTHER_APP,
                        List.of(new NewKey(AppKeyKind.MASTER, "second-master-key")),
                        Set.of());
    }

    /// Deletes the second app and makes one with its id and its key.
    void makeOtherAnew() {
        deleteOther();
        createOther();
    }

    /// One more server on the same database. To be closed.
    RialtoServer anotherNode() throws IOException {
        return start(settingsOfAnotherNode(), plans);
    }

    private RialtoServer node(Path folder) {
        return start(settings(folder), plans);
    }

    /// Starts a server.
    static RialtoServer start(Map<String, String> given, List<CapabilityPlan<?>> plans) {
        var settings = new Settings(given, Map.of(), Map.of());
        ServerSettings read = ServerSettings.read(settings);
        settings.finish();
        return RialtoServer.start(read.with(read.capabilities().with(plans)));
    }

    /// The settings of one more server on the same database.
    Map<String, String> settingsOfAnotherNode() throws IOException {
        return settings(Files.createDirectory(data.resolve("node-" + System.nanoTime())));
    }

    private Map<String, String> settings(Path folder) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("data", folder.toString());
        settings.put("files.folder", data.resolve("files").toString());
        settings.put("database.url", postgres.settings().url());
        settings.put("database.user", postgres.settings().user().orElse("postgres"));
        settings.put("database.password", postgres.settings().password().orElse(""));
        settings.put("http.port", "0");
        settings.put("accounts.password-memory", "64");
        settings.put("live.heartbeat", "200ms");
        settings.put("functions.warm", "false");
        // Tests of what functions do can be run with another runtime of the JVM.
        settings.put("functions.placement", System.getProperty("functions.placement", "shared"));
        settings.putAll(more);
        return settings;
    }

    /// Gives the first app one more key.
    void addKey(NewKey key) {
        server.apps().addKey(APP, key);
    }

    int port() {
        return server.port();
    }

    /// Where metrics are served.
    int metricsPort() {
        return server.metricsPort().orElseThrow();
    }

    /// Does at once what is done from time to time for each app.
    void tidy() {
        server.apps().list().forEach(server::tidy);
    }

    /// A connection past the server.
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.settings().url(),
                postgres.settings().user().orElse("postgres"),
                postgres.settings().password().orElse(""));
    }

    Database database() {
        return postgres.database();
    }

    Watching watching() {
        return server.watching();
    }

    /// The operations that requests call.
    List<Operation> operations() {
        return server.operations().stream()
                .filter(each -> !each.has(Operation.Trait.SOCKET))
                .toList();
    }

    /// The operations that messages of WebSockets call.
    List<Operation> socketOperations() {
        return server.operations().stream()
                .filter(each -> each.has(Operation.Trait.SOCKET))
                .toList();
    }

    Reply get(Sender sender, String path) {
        return send(sender, "GET", path, "");
    }

    Reply post(Sender sender, String path, String body) {
        return send(sender, "POST", path, body);
    }

    Reply put(Sender sender, String path, String body) {
        return send(sender, "PUT", path, body);
    }

    Reply delete(Sender sender, String path) {
        return send(sender, "DELETE", path, "");
    }

    Reply find(Sender sender, String className, String where) {
        return get(
                sender,
                "/classes/"
                        + className
                        + "?where="
                        + URLEncoder.encode(where, StandardCharsets.UTF_8));
    }

    /// Creates an object and tells its id.
    String create(Sender sender, String className, String body) {
        Reply created = post(sender, "/classes/" + className, body);
        if (created.status() != 201) {
            throw new AssertionError("creating failed: " + created);
        }
        return created.text("objectId");
    }

    /// Signs a user up.
    ///
    /// @return the answer, with objectId and sessionToken
    Reply signUp(String name) {
        Reply user =
                post(
                        Sender.client(),
                        "/users",
                        "{\"username\":\""
                                + name
                                + "\",\"password\":\"secret of "
                                + name
                                + "\",\"email\":\""
                                + name
                                + "@example.com\"}");
        if (user.status() != 201) {
            throw new AssertionError("sign-up failed: " + user);
        }
        return user;
    }

    /// Opens a stream of server-sent events.
    EventReader events(Sender sender, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(path));
        sender.headers().forEach(request::header);
        try {
            return new EventReader(
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()).body());
        } catch (IOException failure) {
            throw new AssertionError("no answer to " + path, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + "/v1" + path);
    }

    /// Sends bytes, e.g. a zip to be deployed.
    Reply upload(Sender sender, String path, byte[] body) {
        return send(sender, "POST", path, HttpRequest.BodyPublishers.ofByteArray(body), "");
    }

    Reply send(Sender sender, String method, String path, String body) {
        return sendTo(server, sender, method, path, body);
    }

    /// Sends a request to another node.
    Reply sendTo(RialtoServer node, Sender sender, String method, String path, String body) {
        URI there = URI.create("http://127.0.0.1:" + node.port() + "/v1" + path);
        return body.isEmpty()
                ? send(there, sender, method, HttpRequest.BodyPublishers.noBody(), "")
                : send(
                        there,
                        sender,
                        method,
                        HttpRequest.BodyPublishers.ofString(body),
                        "application/json");
    }

    private Reply send(
            Sender sender,
            String method,
            String path,
            HttpRequest.BodyPublisher body,
            String contentType) {
        return send(address(path), sender, method, body, contentType);
    }

    private Reply send(
            URI address,
            Sender sender,
            String method,
            HttpRequest.BodyPublisher body,
            String contentType) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(address)
                            .timeout(Duration.ofSeconds(60))
                            .method(method, body);
            if (!contentType.isEmpty()) {
                request.header("Content-Type", contentType);
            }
            sender.headers().forEach(request::header);
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            String text = text(response);
            boolean json =
                    response.headers()
                            .firstValue("Content-Type")
                            .filter(type -> type.startsWith("application/json"))
                            .isPresent();
            return new Reply(
                    response.statusCode(),
                    json ? Json.mapper().readTree(text) : Json.object().put("text", text),
                    response.headers());
        } catch (IOException failure) {
            throw new AssertionError("no answer to " + method + " " + address, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    /// Sends the same request many times at once.
    static List<Reply> together(int times, Callable<Reply> request)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> running =
                    Stream.generate(() -> threads.submit(request)).limit(times).toList();
            List<Reply> replies = new ArrayList<>();
            for (Future<Reply> each : running) {
                replies.add(each.get());
            }
            return replies;
        }
    }

    /// The body; of a stream of events, which has no end, the first.
    private static String text(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            boolean events =
                    response.headers()
                            .firstValue("Content-Type")
                            .filter(type -> type.startsWith("text/event-stream"))
                            .isPresent();
            if (!events) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
            var lines =
                    new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)).lines();
            return lines.takeWhile(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
        postgres.close();
        try (Stream<Path> kept = Files.walk(data)) {
            for (Path path : kept.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
