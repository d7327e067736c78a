package dev.rialto.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that notes what it is asked and answers what it was told to: the last answer to a
/// request again and again.
final class StandInServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private record Answer(int status, String body) {}

    /// What the server was asked.
    record Request(String line, Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(each -> each.getKey().equalsIgnoreCase(name))
                    .map(each -> each.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    StandInServer() throws IOException {
        this(0);
    }

    StandInServer(int port) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /// @param line method, path and query below `/v1`: `GET /functions`
    StandInServer answers(String line, int status, String body) {
        answers.computeIfAbsent(line, _ -> new ArrayDeque<>())
                .add(new Answer(status, body.replace('\'', '"')));
        return this;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    List<Request> requests() {
        return requests;
    }

    Request only() {
        if (requests.size() != 1) {
            throw new AssertionError(requests.size() + " requests: " + requests);
        }
        return requests.getFirst();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String line =
                    exchange.getRequestMethod()
                            + " "
                            + exchange.getRequestURI().toString().replaceFirst("^/v1", "");
            requests.add(
                    new Request(
                            line,
                            Map.copyOf(exchange.getRequestHeaders()),
                            exchange.getRequestBody().readAllBytes()));
            Answer answer = next(line);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private synchronized Answer next(String line) {
        Queue<Answer> queue = answers.getOrDefault(line, new ArrayDeque<>());
        if (queue.isEmpty()) {
            return new Answer(404, "{\"error\":\"no such route in this test: " + line + "\"}");
        }
        return queue.size() > 1 ? queue.remove() : queue.element();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
