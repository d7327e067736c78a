package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;

/// A running listener with [Echo] operations, and a client.
final class Fixture implements AutoCloseable {
    private static final TlsSettings STANDARD =
            new TlsSettings(0, true, java.time.Duration.ofDays(365));

    final Listener listener;
    private final Layer layer;
    private final HttpClient client;

    Fixture() {
        this(Layer.PLAIN);
    }

    Fixture(Layer layer) {
        this(layer, HttpSettings.of("127.0.0.1", 0), Echo.operations(), List.of());
    }

    Fixture(
            Layer layer,
            HttpSettings settings,
            List<Operation> operations,
            List<SocketEndpoint> sockets) {
        this(layer, settings, work -> work.get(), operations, List.of(), sockets);
    }

    Fixture(HttpSettings settings, TransactionRunner transactions) {
        this(settings, transactions, Echo.operations());
    }

    Fixture(HttpSettings settings, TransactionRunner transactions, List<Operation> operations) {
        this(settings, transactions, operations, List.of());
    }

    Fixture(
            HttpSettings settings,
            TransactionRunner transactions,
            List<Operation> operations,
            List<SocketEndpoint> sockets) {
        this(settings, transactions, operations, List.of(), sockets);
    }

    Fixture(
            HttpSettings settings,
            TransactionRunner transactions,
            List<Operation> operations,
            List<OperationStep> steps,
            List<SocketEndpoint> sockets) {
        this(Layer.PLAIN, settings, transactions, operations, steps, sockets);
    }

    private Fixture(
            Layer layer,
            HttpSettings settings,
            TransactionRunner transactions,
            List<Operation> operations,
            List<OperationStep> steps,
            List<SocketEndpoint> sockets) {
        this.layer = layer;
        this.client = layer.client();
        var apps = new FakeApps();
        ErrorTranslator translator =
                failure ->
                        failure instanceof ArithmeticException
                                ? Optional.of(
                                        new RialtoException(
                                                ErrorCode.TIMEOUT, "took too long", failure))
                                : Optional.empty();
        var parts =
                new Listener.Parts(
                        operations,
                        steps,
                        List.of(),
                        new Admission(apps, apps),
                        List.of(translator),
                        transactions,
                        sockets,
                        Listener.Observers.NONE);
        listener =
                switch (layer) {
                    case PLAIN -> Listener.start(settings, parts);
                    case TLS -> Listener.start(settings, parts, STANDARD, Layer.identity());
                };
    }

    /// Sends a request.
    ///
    /// @param headers one `Name: value` a line
    HttpResponse<String> send(String method, String path, String headers, String body) {
        var request =
                HttpRequest.newBuilder(uri(path))
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        headers.lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    request.header(
                            line.substring(0, colon).strip(), line.substring(colon + 1).strip());
                });
        return send(request.build(), BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new AssertionError(failure);
        }
    }

    URI uri(String path) {
        return URI.create(layer.scheme() + "://127.0.0.1:" + port() + path);
    }

    /// The address of a WebSocket.
    URI socketUri(String path) {
        return URI.create(layer.socketScheme() + "://127.0.0.1:" + port() + path);
    }

    int port() {
        return listener.tlsPort().orElseGet(listener::port);
    }

    Layer layer() {
        return layer;
    }

    HttpClient client() {
        return client;
    }

    /// A connection that has sent this.
    RawClient connect(String request) throws IOException {
        var raw = new RawClient(layer, port());
        raw.send(request);
        return raw;
    }

    @Override
    public void close() {
        client.close();
        listener.close();
    }
}
