package dev.rialto.server;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Those who call several nodes in a model test.
final class ModelClients implements AutoCloseable {
    /// As whom they call.
    enum Reader {
        ANONYMOUS,
        MEMBER,
        OUTSIDER,
        MASTER
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<Reader, Sender> senders = new HashMap<>();
    private final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final int mortal;

    /// @param mortal the node that will be killed
    ModelClients(int mortal) {
        this.mortal = mortal;
        as(Reader.ANONYMOUS, Sender.client());
        as(Reader.MASTER, Sender.master());
    }

    void as(Reader reader, Sender sender) {
        senders.put(reader, sender);
    }

    void reach(Integer... nodes) {
        ports.clear();
        ports.addAll(List.of(nodes));
    }

    /// @return empty when there is no answer because the node has been killed
    Optional<Reply> send(int node, Reader as, String method, String path, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + ports.get(node) + "/v1" + path))
                        .timeout(Duration.ofSeconds(60))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        Objects.requireNonNull(senders.get(as)).headers().forEach(request::header);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return Optional.of(
                    new Reply(answer.statusCode(), Json.read(answer.body()), answer.headers()));
        } catch (IOException gone) {
            if (node == mortal) {
                return Optional.empty();
            }
            throw new IllegalStateException("no answer of node " + node, gone);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /// How often a node has answered from memory.
    double hits(int metricsPort) throws IOException, InterruptedException {
        return total(metricsPort, "rialto_cache_hits_total");
    }

    /// The value of a metric of a node.
    double total(int metricsPort, String name) throws IOException, InterruptedException {
        URI metrics = URI.create("http://127.0.0.1:" + metricsPort + "/metrics");
        return client.send(
                        HttpRequest.newBuilder(metrics).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    @Override
    public void close() {
        client.close();
    }
}
