package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.testing.EventReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;

/// What operators see of a server in its metrics and its access log.
final class MetricsTest {
    private static final Sender MASTER = Sender.master();
    private static final String SECONDS = "rialto_operation_seconds_count";

    private static final HttpClient SCRAPER = HttpClient.newHttpClient();
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer(Map.of("metrics.listen", "127.0.0.1:0", "http.access-log", "on"));
        Reply deployed =
                server.upload(
                        MASTER,
                        "/micro-apps",
                        MicroAppSources.of("prober")
                                .withClass(
                                        "Prober",
                                        """
                                        @Function("prober") public final class Prober {
                                          public record Ask(String method, String path) {}
                                          @CloudFunction("ask") public String ask(Ask ask, Context context) {
                                            try {
                                              context.rest().asMaster().call(ask.method(), ask.path(), Map.of());
                                              return "done";
                                            } catch (FunctionException refused) {
                                              return "refused";
                                            }
                                          }
                                          @Interface(deadlineMillis = 200)
                                          @CloudFunction("loop") public int loop() {
                                            int n = 0;
                                            while (true) n++;
                                          }
                                          @CloudFunction("fail") public String fail() {
                                            throw new IllegalStateException("on purpose");
                                          }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        SCRAPER.close();
        server.close();
    }

    @Test
    void measuresEveryOperationWhicheverWayItIsCalled() {
        Exposition before = scrape();
        List<Operation> operations = server.operations();
        operations.forEach(each -> server.send(MASTER, each.method().name(), path(each), ""));
        Exposition overHttp = scrape();
        assertThat(unmeasured(operations, before, overHttp)).isEmpty();

        List<Operation> batched =
                operations.stream().filter(each -> !each.has(Trait.UPLOAD)).toList();
        ArrayNode entries = Json.nodes().arrayNode();
        batched.forEach(each ->
                entries.addObject()
                        .put("method", each.method().name())
                        .put("path", "/v1" + path(each)));
        Reply batch = server.post(MASTER, "/batch", "{\"requests\":" + entries + "}");
        assertThat(batch.body().size()).as("%s", batch).isEqualTo(batched.size());
        Exposition inBatch = scrape();
        assertThat(unmeasured(batched, overHttp, inBatch)).isEmpty();
        assertThat(inBatch.value(SECONDS, "operation=http.batch")).isEqualTo(1);

        for (Operation each : operations) {
            String input =
                    Json.object()
                            .put("method", each.method().name())
                            .put("path", path(each))
                            .toString();
            assertThat(server.post(MASTER, "/functions/ask", input).status()).isEqualTo(200);
        }
        assertThat(unmeasured(operations, inBatch, scrape())).isEmpty();
    }

    private static Set<String> unmeasured(
            List<Operation> operations, Exposition before, Exposition after) {
        return operations.stream()
                .map(Operation::id)
                .filter(id ->
                        after.value(SECONDS, "operation=" + id)
                                <= before.value(SECONDS, "operation=" + id))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String path(Operation operation) {
        return operation.path().replaceAll("\\{\\w+\\*?}", "probe");
    }

    @Test
    void countsErrorsByKindAndCodeAndUnitsByMeter() throws InterruptedException {
        Exposition before = scrape();
        server.create(MASTER, "Counted", "{\"n\":1}");
        assertThat(server.get(MASTER, "/classes/Counted/none").status()).isEqualTo(404);
        assertThat(server.get(MASTER, "/classes/Counted/none").status()).isEqualTo(404);
        assertThat(server.get(Sender.client(), "/schemas").status()).isEqualTo(403);
        assertThat(server.get(Sender.of("nobody", "wrong"), "/schemas").status()).isEqualTo(403);
        assertThat(server.post(MASTER, "/functions/fail", "").status()).isEqualTo(400);
        // Requests count once their answers are on their way.
        Exposition after =
                scrapeUntil(page ->
                        grown(
                                                before,
                                                page,
                                                "rialto_http_requests_total",
                                                "method=GET",
                                                "status=4xx")
                                        == 4
                                && grown(
                                                before,
                                                page,
                                                "rialto_http_requests_total",
                                                "method=POST",
                                                "status=4xx")
                                        == 1);
        assertThat(
                        grown(
                                before,
                                after,
                                "rialto_operation_errors_total",
                                "operation=objects.get",
                                "kind=caller",
                                "code=OBJECT_NOT_FOUND"))
                .isEqualTo(2);
        assertThat(grown(before, after, "rialto_metered_units_total", "meter=objects.writes"))
                .isEqualTo(1);
        assertThat(
                        grown(
                                before,
                                after,
                                "rialto_http_errors_total",
                                "kind=caller",
                                "code=UNAUTHORIZED"))
                .isEqualTo(2);
        assertThat(grown(before, after, "rialto_functions_errors_total")).isEqualTo(1);
        assertThat(grown(before, after, "rialto_http_received_bytes_total")).isEqualTo(7);
        assertThat(grown(before, after, "rialto_http_sent_bytes_total")).isGreaterThan(500);
    }

    @Test
    void countsFunctionsThatAreStopped() {
        Exposition before = scrape();
        Reply stopped = server.post(MASTER, "/functions/loop", "");
        assertThat(stopped.code()).as("%s", stopped).isEqualTo(124);
        Exposition after = scrape();
        assertThat(grown(before, after, "rialto_functions_stopped_total")).isEqualTo(1);
        assertThat(grown(before, after, "rialto_functions_errors_total")).isEqualTo(1);
        assertThat(after.value("rialto_functions_running")).isZero();
    }

    @Test
    void showsWhatIsOpen() throws InterruptedException {
        server.create(MASTER, "Watched", "{\"n\":1}");
        String master = ",\"masterKey\":\"" + TestServer.MASTER_KEY + "\"";
        try (var live = new LiveClient(server.port(), master);
                EventReader _ = server.events(MASTER, "/feeds/Watched")) {
            assertThat(live.next().path("op").asString()).isEqualTo("connected");
            live.subscribe(1, "{\"className\":\"Watched\",\"where\":{}}", "");
            scrapeUntil(page -> isOpen(page, 1, 2));
        }
        scrapeUntil(page -> isOpen(page, 0, 0));
    }

    /// @param connections both of WebSockets and of streams of events
    private static boolean isOpen(Exposition page, double connections, double subscriptions) {
        return page.value("rialto_live_connections") == connections
                && page.value("rialto_http_sockets") == connections
                && page.value("rialto_http_event_streams") == connections
                && page.value("rialto_live_subscriptions") == subscriptions;
    }

    private static double grown(
            Exposition before, Exposition after, String name, String... labels) {
        return after.value(name, labels) - before.value(name, labels);
    }

    @Test
    void labelsNothingThatClientsName() {
        server.create(MASTER, "HushedClass", "{\"n\":1}");
        server.signUp("husheduser");
        server.send(MASTER, "PROPFIND", "/classes/HushedClass", "");
        List<String> labels = new ArrayList<>();
        for (Exposition.Series each : scrape().series()) {
            labels.addAll(each.labels().values());
        }
        assertThat(labels)
                .noneMatch(each ->
                        each.contains("Hushed")
                                || each.contains("hushed")
                                || each.contains("PROPFIND")
                                || each.equals(TestServer.APP));
    }

    @Test
    void documentedMetricsAreThoseThatThereAre() throws IOException, InterruptedException {
        server.get(MASTER, "/classes/Counted/none");
        server.create(MASTER, "Counted", "{\"n\":1}");
        Set<String> documented =
                Documents.rows("metrics.md").stream()
                        .map(cells -> Documents.code(cells.getFirst()))
                        .collect(Collectors.toCollection(TreeSet::new));
        Exposition page = scrapeUntil(each -> each.types().containsKey("rialto_http_errors_total"));
        Set<String> given = new TreeSet<>(page.types().keySet());
        assertThat(documented).containsAll(given);
        documented.removeAll(given);
        // Some metrics of the JVM depend on its collector, or come with the first collection; this
        // server has no replicas.
        assertThat(documented)
                .allMatch(
                        each -> each.startsWith("jvm_gc_") || each.startsWith("rialto_replicas_"));
    }

    @Test
    void answersOpenMetricsToThoseWhoAcceptIt() {
        HttpResponse<String> page =
                scrape(
                        "/metrics",
                        "Accept",
                        "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
        assertThat(page.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/openmetrics-text");
        assertThat(page.body()).endsWith("# EOF\n");
        assertThat(scrape("/metrics").headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/plain; version=0.0.4");
    }

    @Test
    void strangersGetNothing() throws IOException {
        // What clients reach knows no metrics, even with the master key.
        for (String path : List.of("/metrics", "/v1/metrics")) {
            var answer = fetch(URI.create("http://127.0.0.1:" + server.port() + path), "A", "b");
            assertThat(answer.statusCode()).as(path).isIn(403, 404);
            assertThat(answer.body()).as(path).doesNotContain("rialto_");
        }
        // A page in a browser of this machine, whose name was made to lead here.
        try (var raw = new Socket(InetAddress.getLoopbackAddress(), server.metricsPort())) {
            raw.getOutputStream()
                    .write(
                            "GET /metrics HTTP/1.1\r\nHost: evil.example.com\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            raw.setSoTimeout(30_000);
            byte[] status = raw.getInputStream().readNBytes("HTTP/1.1 403".length());
            assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
        }
        assertThat(scrape("/").statusCode()).isEqualTo(404);
    }

    @Test
    void accessLogHasALineForEachRequestWithoutItsSecrets() throws InterruptedException {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        var handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord record) {
                        lines.add(record.getMessage());
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger log = Logger.getLogger("dev.rialto.access");
        log.addHandler(handler);
        try {
            server.get(
                    MASTER.with("X-Forwarded-For", "6.6.6.6"),
                    "/classes/Logged%0Aforged?where=%7B%22token%22%3A%22hunter2%22%7D");
            String line = lines.poll(10, TimeUnit.SECONDS);
            assertThat(line)
                    .contains("method=GET path=/v1/classes/Logged%0Aforged operation=objects.find")
                    .contains(" status=200 ")
                    .contains(" app=" + TestServer.APP + " ")
                    .contains(" client=127.0.0.1")
                    .containsPattern("millis=[0-9.]+ received=0 sent=[1-9][0-9]* ")
                    .containsPattern("request=[0-9a-z-]+")
                    .doesNotContain("hunter2", TestServer.MASTER_KEY, "\n");
            server.get(Sender.of("nosuchapp", "wrong"), "/nothing/here");
            assertThat(lines.poll(10, TimeUnit.SECONDS))
                    .contains("path=/v1/nothing/here operation=- status=403 ")
                    .contains(" app=- ");
        } finally {
            log.removeHandler(handler);
        }
    }

    private static Exposition scrape() {
        HttpResponse<String> page = scrape("/metrics");
        assertThat(page.statusCode()).isEqualTo(200);
        return Exposition.parse(page.body());
    }

    private static Exposition scrapeUntil(Predicate<Exposition> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Exposition page = scrape();
        while (!wanted.test(page)) {
            assertThat(System.nanoTime()).as("%s", page.series()).isLessThan(end);
            Thread.sleep(50);
            page = scrape();
        }
        return page;
    }

    private static HttpResponse<String> scrape(String path, String... headers) {
        return fetch(URI.create("http://127.0.0.1:" + server.metricsPort() + path), headers);
    }

    private static HttpResponse<String> fetch(URI address, String... headers) {
        var request = HttpRequest.newBuilder(address);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return SCRAPER.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new AssertionError("no answer of " + address, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }
}
