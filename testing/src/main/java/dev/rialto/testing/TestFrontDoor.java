package dev.rialto.testing;

import dev.rialto.http.Admission;
import dev.rialto.http.AppDirectory;
import dev.rialto.http.AppKeys;
import dev.rialto.http.Authenticator;
import dev.rialto.http.ClientKeyKind;
import dev.rialto.http.HttpSettings;
import dev.rialto.http.InProcessCalls;
import dev.rialto.http.Listener;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.http.TransactionRunner;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A real front door for some operations, on any free port of this machine, and a client that calls
/// it as one who holds the keys. Every app has the master key `master`, the read-only master key
/// `readonly`, no client keys, and the session `r:session` of a user `user`.
public final class TestFrontDoor implements AutoCloseable {
    public static final String MASTER = "X-Parse-Master-Key: master";
    public static final String READ_ONLY = "X-Parse-Master-Key: readonly";
    public static final String SESSION = "X-Parse-Session-Token: r:session";

    private final Listener listener;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestFrontDoor(Listener listener) {
        this.listener = listener;
    }

    /// Opens the door for operations that need no database.
    public static TestFrontDoor open(List<Operation> operations, App... apps) {
        return open(operations, Supplier::get, apps);
    }

    /// Opens the door for operations with something around them.
    public static TestFrontDoor open(
            List<Operation> operations, List<OperationStep> steps, App... apps) {
        var access = new Access(apps);
        return new TestFrontDoor(
                Listener.start(
                        HttpSettings.of("127.0.0.1", 0),
                        new Listener.Parts(
                                operations,
                                steps,
                                List.of(),
                                new Admission(access, access),
                                List.of(),
                                Supplier::get,
                                List.of(),
                                Listener.Observers.NONE)));
    }

    /// Opens the door.
    ///
    /// @param transactions make a batch all or nothing
    public static TestFrontDoor open(
            List<Operation> operations, TransactionRunner transactions, App... apps) {
        var access = new Access(apps);
        return new TestFrontDoor(
                Listener.start(
                        HttpSettings.of("127.0.0.1", 0),
                        Listener.Parts.of(
                                operations, new Admission(access, access), transactions)));
    }

    /// Sends a request.
    ///
    /// @param path below `/v1`, or a whole address
    /// @param headers each `Name: value`; the app's id is one of them
    public HttpResponse<String> send(String method, String path, String body, String... headers) {
        BodyPublisher content =
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return send(method, path, content, BodyHandlers.ofString(), headers);
    }

    /// Sends a request with any body, for an answer of any kind.
    public <T> HttpResponse<T> send(
            String method,
            String path,
            BodyPublisher body,
            HttpResponse.BodyHandler<T> handler,
            String... headers) {
        String address = path.startsWith("http") ? path : listener.publicUrl() + path;
        var request = HttpRequest.newBuilder(URI.create(address)).method(method, body);
        for (String header : headers) {
            int colon = header.indexOf(':');
            request.header(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        try {
            return client.send(request.build(), handler);
        } catch (IOException failure) {
            throw new AssertionError(method + " " + path, failure);
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new AssertionError(failure);
        }
    }

    /// Knows the sessions of [#SESSION] and [#session], in every app.
    public static Authenticator sessions() {
        return new Access();
    }

    /// The keys of every app.
    public static AppKeys keys(App app) {
        return new Keys(app);
    }

    /// The header of a session of any user.
    public static String session(String userId) {
        return "X-Parse-Session-Token: " + Access.OF_USER + userId;
    }

    /// The header that names an app.
    public static String app(String id) {
        return "X-Parse-Application-Id: " + id;
    }

    /// The operations, for code of a server's own.
    public InProcessCalls calls() {
        return listener.calls();
    }

    /// The port of this machine that the door is at.
    public int port() {
        return listener.port();
    }

    /// The address of `/v1`, without a slash at its end.
    public String publicUrl() {
        return listener.publicUrl();
    }

    @Override
    public void close() {
        client.close();
        listener.close();
    }

    /// Everybody's keys and sessions.
    private static final class Access implements AppDirectory, Authenticator {
        private static final String OF_USER = "r:user:";

        private final Map<String, App> apps;

        Access(App... apps) {
            this.apps = Arrays.stream(apps).collect(Collectors.toMap(App::id, Function.identity()));
        }

        @Override
        public Optional<AppKeys> find(String appId) {
            return Optional.ofNullable(apps.get(appId)).map(Keys::new);
        }

        @Override
        public Caller.User authenticate(App app, String sessionToken) {
            if (sessionToken.startsWith(OF_USER)) {
                String id = sessionToken.substring(OF_USER.length());
                return new Caller.User(id, sessionToken, Set.of());
            }
            if (!sessionToken.equals("r:session")) {
                throw new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token");
            }
            return new Caller.User("user", sessionToken, Set.of());
        }
    }

    private record Keys(App app) implements AppKeys {
        @Override
        public boolean isMaster(String key) {
            return key.equals("master");
        }

        @Override
        public boolean isReadOnlyMaster(String key) {
            return key.equals("readonly");
        }

        @Override
        public boolean isMaintenance(String key) {
            return key.equals("maintenance");
        }

        @Override
        public boolean requiresClientKey() {
            return false;
        }

        @Override
        public boolean isClientKey(ClientKeyKind kind, String key) {
            return false;
        }
    }
}
