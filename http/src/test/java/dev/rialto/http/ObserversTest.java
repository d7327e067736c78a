package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.InProcessCalls.CallAs;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Those who take note learn of every call and every request, and of what came of it.
class ObserversTest {
    private static final BlockingQueue<String> CALLS = new LinkedBlockingQueue<>();
    private static final BlockingQueue<Exchange> EXCHANGES = new LinkedBlockingQueue<>();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Listener LISTENER = start();

    private static Listener start() {
        var apps = new FakeApps();
        ErrorTranslator translator =
                failure ->
                        failure instanceof ArithmeticException
                                ? Optional.of(new RialtoException(ErrorCode.TIMEOUT, "too long"))
                                : Optional.empty();
        OperationObserver observer =
                (call, run, meaning) -> {
                    try {
                        Answer answer = run.get();
                        CALLS.add(call.operation().id() + " " + answer.status());
                        return answer;
                    } catch (RuntimeException failure) {
                        CALLS.add(call.operation().id() + " " + meaning.apply(failure).code());
                        throw failure;
                    }
                };
        return Listener.start(
                HttpSettings.of("127.0.0.1", 0),
                new Listener.Parts(
                        List.of(
                                Operation.post("test.work", "/work")
                                        .summary("Works.")
                                        .handle(_ -> Answer.of(201, Json.object())),
                                Operation.post("test.late", "/late")
                                        .summary("Takes too long.")
                                        .handle(_ -> {
                                            throw new ArithmeticException("/ by zero");
                                        }),
                                Operation.post("test.secret", "/secret")
                                        .access(Access.MASTER)
                                        .summary("Works for holders of the master key.")
                                        .handle(_ -> Answer.ok(Json.object()))),
                        List.of(),
                        List.of(),
                        new Admission(apps, apps),
                        List.of(translator),
                        Supplier::get,
                        List.of(),
                        new Listener.Observers(observer, List.of(EXCHANGES::add))));
    }

    @AfterAll
    static void stop() {
        CLIENT.close();
        LISTENER.close();
    }

    @BeforeEach
    void forget() {
        CALLS.clear();
        EXCHANGES.clear();
    }

    @Test
    void learnOfCallsWhicheverWayTheyComeBy() throws Exception {
        send("POST", "/v1/work", "{}");
        send("POST", "/v1/late", "{}");
        send("POST", "/v1/secret", "{}");
        assertThat(CALLS)
                .containsExactly("test.work 201", "test.late TIMEOUT", "test.secret UNAUTHORIZED");
        CALLS.clear();
        send("POST", "/v1/batch", "{\"requests\":[{\"method\":\"POST\",\"path\":\"/v1/late\"}]}");
        assertThat(CALLS).containsExactly("test.late TIMEOUT", "http.batch 200");
        CALLS.clear();
        LISTENER.calls()
                .call(
                        new App("open", "app_open"),
                        CallAs.ANONYMOUS,
                        "POST",
                        "/work",
                        Json.object());
        assertThat(CALLS).containsExactly("test.work 201");
    }

    @Test
    void learnOfRequestsAndWhatTheyWere() throws Exception {
        send("POST", "/v1/work?secret=1", "{\"a\":1}");
        Exchange worked = next();
        assertThat(worked.method()).isEqualTo("POST");
        assertThat(worked.path()).isEqualTo("/v1/work");
        assertThat(worked.operation().map(Operation::id)).contains("test.work");
        assertThat(worked.app()).contains("open");
        assertThat(worked.status()).isEqualTo(201);
        assertThat(worked.failure()).isEmpty();
        assertThat(worked.received()).isEqualTo(7);
        assertThat(worked.sent()).isPositive();
        assertThat(worked.client()).isEqualTo("127.0.0.1");
        assertThat(worked.nanos()).isPositive();
        assertThat(worked.requestId()).isNotEmpty();

        send("POST", "/v1/late", "{}");
        assertThat(next().failure()).contains(ErrorCode.TIMEOUT);

        send("PROPFIND", "/elsewhere", "");
        Exchange strange = next();
        assertThat(strange.method()).isEqualTo("PROPFIND");
        assertThat(strange.operation()).isEmpty();
        assertThat(strange.app()).isEmpty();
        assertThat(strange.status()).isEqualTo(404);
        assertThat(strange.failure()).contains(ErrorCode.NOT_FOUND);
    }

    private static Exchange next() throws InterruptedException {
        Exchange next = EXCHANGES.poll(60, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static void send(String method, String path, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + LISTENER.port() + path))
                        .header("X-Parse-Application-Id", "open")
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body))
                        .build();
        CLIENT.send(request, BodyHandlers.discarding());
    }
}
