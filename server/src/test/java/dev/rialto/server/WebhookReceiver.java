package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// A server elsewhere that answers what webhooks are asked, and keeps it.
final class WebhookReceiver implements AutoCloseable {
    private final TestServer server;
    private final HttpServer http;
    private final AtomicInteger count = new AtomicInteger();

    /// What a webhook was asked.
    record Asked(Map<String, List<String>> headers, JsonNode body) {}

    WebhookReceiver(TestServer server) throws IOException {
        this.server = server;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.start();
    }

    /// Registers a trigger.
    ///
    /// @param how what it answers to what
    /// @return what it is asked
    BlockingQueue<Asked> trigger(
            String className, String triggerName, Function<JsonNode, JsonNode> how) {
        return register(
                "triggers",
                "\"className\":\"" + className + "\",\"triggerName\":\"" + triggerName + "\"",
                how);
    }

    /// Registers a function.
    BlockingQueue<Asked> function(String name, Function<JsonNode, JsonNode> how) {
        return register("functions", "\"functionName\":\"" + name + "\"", how);
    }

    private BlockingQueue<Asked> register(
            String kind, String what, Function<JsonNode, JsonNode> how) {
        String path = "/" + count.incrementAndGet();
        BlockingQueue<Asked> all = new LinkedBlockingQueue<>();
        http.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        byte[] sent = exchange.getRequestBody().readAllBytes();
                        JsonNode body = Json.read(new String(sent, StandardCharsets.UTF_8));
                        all.add(new Asked(exchange.getRequestHeaders(), body.deepCopy()));
                        byte[] answer = how.apply(body).toString().getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, answer.length);
                        exchange.getResponseBody().write(answer);
                    }
                });
        Reply made =
                server.post(
                        Sender.master(),
                        "/hooks/" + kind,
                        "{" + what + ",\"url\":\"" + address() + "\"}");
        assertThat(made.status()).as("%s", made).isEqualTo(200);
        return all;
    }

    /// Where the latest is asked.
    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort() + "/" + count.get();
    }

    /// Waits for the next call.
    static Asked next(BlockingQueue<Asked> asked) {
        try {
            Asked next = asked.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the webhook was not asked");
            }
            return next;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    static JsonNode success(JsonNode value) {
        return Json.object().set("success", value);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
