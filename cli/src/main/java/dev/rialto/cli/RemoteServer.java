package dev.rialto.cli;

import dev.rialto.cli.ServerOptions.Target;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A Rialto server that a command talks to, as one app.
final class RemoteServer implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int FORBIDDEN = 403;
    private static final int FIRST_FAILURE = 400;

    /// How often a new key is tried: the server hears of it a moment after it was made.
    private static final int TRIES = 40;

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final URI root;
    private final String source;
    private final HttpClient client;
    private final Optional<LocalKeys> keys;
    private Credentials credentials;

    /// @param keys make another master key when the server doesn't take the one there is
    RemoteServer(Target target, Credentials credentials, Optional<LocalKeys> keys) {
        this.root = target.root();
        this.source = target.source();
        this.credentials = credentials;
        this.keys = keys;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        target.ca().ifPresent(file -> builder.sslContext(TrustedAuthority.read(file)));
        this.client = builder.build();
    }

    /// One request.
    ///
    /// @param path below the root, encoded, with its query
    record Message(String method, String path, BodyPublisher body, Map<String, String> headers) {
        static Message get(String path) {
            return new Message("GET", path, BodyPublishers.noBody(), Map.of());
        }

        static Message json(String method, String path, JsonNode body) {
            return new Message(
                    method,
                    path,
                    BodyPublishers.ofString(Json.write(body)),
                    Map.of("Content-Type", "application/json"));
        }

        Message with(String header, String value) {
            var all = new HashMap<>(headers);
            all.put(header, value);
            return new Message(method, path, body, all);
        }
    }

    /// The outcome of a request.
    sealed interface Outcome {
        /// The server answered, be it with an error.
        record Answered(int status, JsonNode body) implements Outcome {
            boolean isError() {
                return status >= FIRST_FAILURE;
            }
        }

        /// The server can't be reached, or the connection broke.
        record Unreachable(String reason) implements Outcome {}
    }

    /// Sends a request and returns the answer's body.
    ///
    /// @throws SetupException for every answer but a good one
    JsonNode ask(Message message) {
        Outcome.Answered answered = answer(message);
        if (answered.isError()) {
            throw refused(answered);
        }
        return answered.body();
    }

    /// Sends a request and returns the answer, errors too.
    ///
    /// @throws SetupException when there is none, or the keys are wrong
    Outcome.Answered answer(Message message) {
        return switch (send(message)) {
            case Outcome.Answered answered when isUnauthorized(answered) -> throw refused(answered);
            case Outcome.Answered answered -> answered;
            case Outcome.Unreachable(String reason) ->
                    throw new SetupException(unreachable(reason));
        };
    }

    /// Sends a request.
    Outcome send(Message message) {
        Outcome outcome = sendOnce(message);
        if (keys.isEmpty() || !isUnauthorized(outcome)) {
            return outcome;
        }
        String app = credentials.app();
        credentials = Credentials.master(app, keys.get().make(Optional.of(app)).key());
        for (int attempt = 0; attempt < TRIES && isUnauthorized(outcome); attempt++) {
            pause();
            outcome = sendOnce(message);
        }
        return outcome;
    }

    /// What is wrong, as a person reads it.
    SetupException refused(Outcome.Answered answered) {
        if (isUnauthorized(answered)) {
            return new SetupException(
                    "the server at "
                            + root
                            + " does not accept "
                            + (credentials.masterKey().isPresent() ? "this master key" : "calls")
                            + " for the app "
                            + credentials.app()
                            + ": see --app and "
                            + (credentials.masterKey().isPresent()
                                    ? "--master-key"
                                    : "--rest-key"));
        }
        return new SetupException(failure(answered));
    }

    /// `message (code 101)`.
    static String failure(Outcome.Answered answered) {
        JsonNode body = answered.body();
        String message = TerminalText.clean(body.path("error").asString(""));
        if (message.isEmpty()) {
            return "the server returned status " + answered.status();
        }
        return body.has("code") ? message + " (code " + body.path("code").asInt(0) + ")" : message;
    }

    String unreachable(String reason) {
        return "no server answers at "
                + root
                + " ("
                + reason
                + "; "
                + source
                + "): start one with "
                + CommandName.with("serve")
                + ", or name one with --server or --data";
    }

    /// A name as one part of a path.
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    URI root() {
        return root;
    }

    Credentials credentials() {
        return credentials;
    }

    private static boolean isUnauthorized(Outcome outcome) {
        return outcome instanceof Outcome.Answered(int status, JsonNode body)
                && status == FORBIDDEN
                && body.path("error").asString("").startsWith("unauthorized");
    }

    private Outcome sendOnce(Message message) {
        try {
            HttpResponse<byte[]> response =
                    client.send(request(message), HttpResponse.BodyHandlers.ofByteArray());
            return new Outcome.Answered(response.statusCode(), json(response));
        } catch (HttpTimeoutException _) {
            return new Outcome.Unreachable("it took too long");
        } catch (SSLHandshakeException failure) {
            return new Outcome.Unreachable(
                    "its certificate is not trusted: "
                            + failure.getMessage()
                            + "; --ca names the authority of a certificate that is not public");
        } catch (IOException failure) {
            String reason = String.valueOf(failure.getMessage());
            return new Outcome.Unreachable(
                    failure instanceof ConnectException || reason.equals("null")
                            ? "connection refused"
                            : reason);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Outcome.Unreachable("interrupted");
        }
    }

    private HttpRequest request(Message message) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + message.path()))
                        .timeout(PATIENCE)
                        .method(message.method(), message.body())
                        .header("X-Parse-Application-Id", credentials.app());
        credentials.masterKey().ifPresent(key -> request.header("X-Parse-Master-Key", key));
        credentials.restKey().ifPresent(key -> request.header("X-Parse-REST-API-Key", key));
        credentials.session().ifPresent(key -> request.header("X-Parse-Session-Token", key));
        message.headers().forEach(request::header);
        return request.build();
    }

    private JsonNode json(HttpResponse<byte[]> response) {
        try {
            return response.body().length == 0 ? Json.object() : Json.read(response.body());
        } catch (JacksonException _) {
            throw new SetupException(
                    "the server at "
                            + root
                            + " is not a Rialto server: status "
                            + response.statusCode()
                            + " without JSON");
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
