package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.server.TraceReceiver.Received;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a receiver of traces learns of a server.
final class TracesTest {
    private static final Sender MASTER = Sender.master();
    private static final String CALLER = "00f067aa0ba902b7";

    private static TraceReceiver receiver;
    private static TestServer server;
    private static WebhookReceiver elsewhere;

    @BeforeAll
    static void start() throws IOException {
        receiver = new TraceReceiver();
        server =
                new TestServer(
                        Map.of(
                                "telemetry.otlp-endpoint",
                                receiver.endpoint(),
                                "functions.outbound",
                                "127.0.0.1"));
        elsewhere = new WebhookReceiver(server);
        Reply deployed =
                server.upload(
                        MASTER,
                        "/micro-apps",
                        MicroAppSources.of("traced")
                                .withClass(
                                        "Traced",
                                        """
                                        @Function("traced") public final class Traced {
                                          public record Page(String url) {}
                                          @CloudFunction("work") public int work(Page page, Context context) {
                                            context.rest().asMaster().call("GET", "/classes/Thing", Map.of());
                                            context.objects().asMaster().save(Entity.of("Thing").with("n", 1));
                                            return context.http().send(Http.Request.post(page.url()).json(Map.of())).status();
                                          }
                                          @CloudFunction("fail") public String fail() {
                                            throw new IllegalStateException("secret reason");
                                          }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        elsewhere.close();
        server.close();
        receiver.close();
    }

    private static Sender traced(String trace) {
        return MASTER.with("traceparent", "00-" + trace + "-" + CALLER + "-01");
    }

    @Test
    void followsATraceOfTheClientDownToStatements() throws InterruptedException {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        Reply made = server.post(traced(trace), "/classes/Thing", "{\"name\":\"hunter2\"}");
        assertThat(made.status()).isEqualTo(201);
        List<Received> spans = receiver.await(trace, each -> each.parent().equals(CALLER));
        Received operation = named(spans, "objects.create");
        assertThat(operation.kind()).isEqualTo("SERVER");
        assertThat(operation.parent()).isEqualTo(CALLER);
        assertThat(operation.isError()).isFalse();
        assertThat(operation.attributes())
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.route", "/classes/{className}")
                .containsEntry("http.response.status_code", "201");
        Received insert =
                spans.stream()
                        .filter(each ->
                                text(each).startsWith("INSERT INTO \"app_first\".\"Thing\""))
                        .findFirst()
                        .orElseThrow();
        assertThat(insert.parent()).isEqualTo(operation.id());
        assertThat(insert.kind()).isEqualTo("CLIENT");
        assertThat(insert.name()).isEqualTo("insert");
        assertThat(text(insert)).contains("?");
        assertThat(spans.toString()).doesNotContain("hunter2", TestServer.MASTER_KEY);
    }

    @Test
    void tracesWhatFunctionsDoAndTellsOthersOfTheTrace() throws InterruptedException {
        String trace = "1af7651916cd43dd8448eb211c80319c";
        BlockingQueue<WebhookReceiver.Asked> asked =
                elsewhere.function("elsewhere", _ -> Json.object().put("success", 1));
        String url = elsewhere.address();
        Reply worked = server.post(traced(trace), "/functions/work", "{\"url\":\"" + url + "\"}");
        assertThat(worked.status()).as("%s", worked).isEqualTo(200);
        List<Received> spans = receiver.await(trace, each -> each.parent().equals(CALLER));
        Received function = named(spans, "function");
        assertThat(function.parent()).isEqualTo(named(spans, "functions.call").id());
        assertThat(named(spans, "objects.find").parent()).isEqualTo(function.id());
        Received outbound = named(spans, "POST");
        assertThat(outbound.parent()).isEqualTo(function.id());
        assertThat(outbound.attributes())
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("http.response.status_code", "200");
        Received saved = named(spans, "objects.create");
        assertThat(saved.parent()).isEqualTo(function.id());
        assertThat(spans)
                .anyMatch(each -> each.name().equals("insert") && each.parent().equals(saved.id()));
        assertThat(traceparent(asked)).isEqualTo("00-" + trace + "-" + outbound.id() + "-01");
    }

    @Test
    void tellsWebhooksOfTheTrace() throws InterruptedException {
        String trace = "2af7651916cd43dd8448eb211c80319c";
        BlockingQueue<WebhookReceiver.Asked> asked =
                elsewhere.function("hooked", _ -> Json.object().put("success", 1));
        assertThat(server.post(traced(trace), "/functions/hooked", "").status()).isEqualTo(200);
        List<Received> spans = receiver.await(trace, each -> each.parent().equals(CALLER));
        assertThat(traceparent(asked))
                .isEqualTo("00-" + trace + "-" + named(spans, "webhook").id() + "-01");
    }

    @Test
    void reportsWhatFailedWithoutItsMessage() throws InterruptedException {
        String trace = "3af7651916cd43dd8448eb211c80319c";
        assertThat(server.post(traced(trace), "/functions/fail", "").status()).isEqualTo(400);
        List<Received> spans = receiver.await(trace, each -> each.parent().equals(CALLER));
        Received function = named(spans, "function");
        assertThat(function.isError()).isTrue();
        assertThat(function.attributes()).containsEntry("error.type", "SCRIPT_FAILED");
        assertThat(named(spans, "functions.call").isError()).isFalse();
        assertThat(named(spans, "functions.call").attributes())
                .containsEntry("error.type", "SCRIPT_FAILED");
        assertThat(spans.toString()).doesNotContain("secret reason");
    }

    @Test
    void entriesOfABatchArePartsOfIt() throws InterruptedException {
        String trace = "4af7651916cd43dd8448eb211c80319c";
        server.post(
                traced(trace),
                "/batch",
                "{\"requests\":[{\"method\":\"GET\",\"path\":\"/v1/classes/Thing\"}]}");
        List<Received> spans = receiver.await(trace, each -> each.parent().equals(CALLER));
        assertThat(named(spans, "objects.find").parent())
                .isEqualTo(named(spans, "http.batch").id());
    }

    @Test
    void recordsNothingOfWhatTheClientDoesNotRecordAndTellsOthersSo() throws InterruptedException {
        String trace = "5af7651916cd43dd8448eb211c80319c";
        BlockingQueue<WebhookReceiver.Asked> asked =
                elsewhere.function("unsampled", _ -> Json.object().put("success", 1));
        Sender unsampled = MASTER.with("traceparent", "00-" + trace + "-" + CALLER + "-00");
        assertThat(server.post(unsampled, "/functions/unsampled", "").status()).isEqualTo(200);
        assertThat(traceparent(asked)).matches("00-" + trace + "-[0-9a-f]{16}-00");
        String later = "6af7651916cd43dd8448eb211c80319c";
        server.get(traced(later), "/classes/Thing");
        receiver.await(later, each -> each.parent().equals(CALLER));
        assertThat(receiver.ofTrace(trace)).isEmpty();
    }

    private static String traceparent(BlockingQueue<WebhookReceiver.Asked> asked)
            throws InterruptedException {
        var call = asked.poll(30, TimeUnit.SECONDS);
        assertThat(call).isNotNull();
        return call.headers().entrySet().stream()
                .filter(each -> each.getKey().equalsIgnoreCase("traceparent"))
                .map(each -> each.getValue().getFirst())
                .findFirst()
                .orElse("");
    }

    private static String text(Received span) {
        return span.attributes().getOrDefault("db.query.text", "");
    }

    private static Received named(List<Received> spans, String name) {
        return spans.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + spans));
    }
}
