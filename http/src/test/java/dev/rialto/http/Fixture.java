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
    final Listener listener;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Fixture() {
        this(HttpSettings.of("127.0.0.1", 0), work -> work.get());
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
        var apps = new FakeApps();
        ErrorTranslator translator =
                failure ->
                        failure instanceof ArithmeticException
                                ? Optional.of(
                                        new RialtoException(
                                                ErrorCode.TIMEOUT, "took too long", failure))
                                : Optional.empty();
        listener =
                Listener.start(
                        settings,
                        new Listener.Parts(
                                operations,
                                steps,
                                List.of(),
                                new Admission(apps, apps),
                                List.of(translator),
                                transactions,
                                sockets,
                                Listener.Observers.NONE));
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
        return URI.create("http://127.0.0.1:" + listener.port() + path);
    }

    @Override
    public void close() {
        client.close();
        listener.close();
    }
}
