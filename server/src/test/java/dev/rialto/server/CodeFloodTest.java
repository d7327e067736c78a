package dev.rialto.server;

import static dev.rialto.server.CodesServer.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// An attack that wants as many SMS as it can get: thousands of requests at once over two nodes, in
/// batches, from many addresses, installations and users, and by functions. The limits are those of
/// docs/codes.md, and what was sent is what they allow, to the message.
final class CodeFloodTest {
    private static final String APP = TestServer.APP;
    private static final int TO_ONE_NUMBER = 3;
    private static final int FROM_ONE_CLIENT = 5;
    private static final int OF_ONE_INSTALLATION = 4;
    private static final int OF_ONE_USER = 4;
    private static final int TO_ONE_COUNTRY = 30;
    private static final int OF_ONE_APP = 40;
    private static final int BATCH = 40;

    private static CodesServer codes;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        codes =
                new CodesServer(
                        Map.of(
                                "http.trusted-proxies", "127.0.0.1",
                                "codes.sms-countries", "DE,US,FR",
                                "codes.sign-up", "true",
                                // A captcha would keep out most of the attack.
                                "codes.captcha", "never"));
        server = codes.server;
        codes.set(
                APP,
                Map.of(
                        "codes.per-recipient", TO_ONE_NUMBER,
                        "codes.per-client", FROM_ONE_CLIENT,
                        "codes.per-installation", OF_ONE_INSTALLATION,
                        "codes.sms-per-country", TO_ONE_COUNTRY,
                        "codes.sms-per-app", OF_ONE_APP));
    }

    @AfterAll
    static void stop() {
        codes.close();
    }

    /// Sends batches of requests at once, to two nodes in turn.
    ///
    /// @param sender of a batch
    /// @param number that a request is for, of all requests in turn
    private static void flood(
            RialtoServer other, int batches, IntFunction<Sender> sender, IntFunction<String> number)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> running = new ArrayList<>();
            for (int batch = 0; batch < batches; batch++) {
                String body = batch(batch, number);
                Sender by = sender.apply(batch);
                boolean here = batch % 2 == 0;
                running.add(
                        threads.submit(() ->
                                here
                                        ? server.post(by, "/batch", body)
                                        : server.sendTo(other, by, "POST", "/batch", body)));
            }
            for (Future<Reply> each : running) {
                assertThat(each.get().status()).isEqualTo(200);
            }
        }
    }

    private static String batch(int batch, IntFunction<String> number) {
        return IntStream.range(0, BATCH)
                .mapToObj(i ->
                        "{\"method\": \"POST\", \"path\": \"/v1/codes\", \"body\": %s}"
                                .formatted(body("phone", number.apply(batch * BATCH + i))))
                .collect(Collectors.joining(",", "{\"requests\": [", "]}"));
    }

    private static int germans() {
        return codes.sent(APP, "sms", "+49");
    }

    @Test
    void sendsNoMoreThanLimitsAllow() throws Exception {
        try (RialtoServer other = server.anotherNode()) {
            int sent = TO_ONE_NUMBER;
            floodsOneNumber(other);
            assertThat(germans()).isEqualTo(sent);

            flood(
                    other,
                    6,
                    batch -> CodesServer.from(APP, "2001:db8:1:2::" + (batch + 1)),
                    _ -> codes.number());
            sent += FROM_ONE_CLIENT;
            assertThat(germans()).isEqualTo(sent);

            flood(
                    other,
                    6,
                    _ -> codes.client().with("X-Parse-Installation-Id", "one"),
                    _ -> codes.number());
            sent += OF_ONE_INSTALLATION;
            assertThat(germans()).isEqualTo(sent);

            String user = server.signUp("flooder").text("sessionToken");
            flood(other, 6, _ -> codes.client().session(user), _ -> codes.number());
            sent += OF_ONE_USER;
            assertThat(germans()).isEqualTo(sent);

            flood(other, 20, CodeFloodTest::anybody, _ -> codes.number());
            assertThat(germans()).isEqualTo(TO_ONE_COUNTRY);

            flood(other, 20, CodeFloodTest::anybody, i -> "+1202555%04d".formatted(1000 + i));
            flood(other, 10, CodeFloodTest::anybody, i -> "+336123%05d".formatted(i));
            assertThat(codes.sent(APP, "sms", "+")).isEqualTo(OF_ONE_APP);
        }
    }

    private static Sender anybody(int batch) {
        return codes.client()
                .with(
                        "X-Parse-Installation-Id",
                        "flood-" + batch + "-" + Math.abs(System.nanoTime()));
    }

    /// In all spellings, from many addresses, and by a function.
    private static void floodsOneNumber(RialtoServer other)
            throws InterruptedException, ExecutionException, IOException {
        List<String> spellings =
                List.of(
                        "+4915112345678",
                        "004915112345678",
                        "+49 151 12345678",
                        "+49 (0) 151-123 456 78",
                        "0049 (151) 1234/5678",
                        " +49.151.12345678 ");
        flood(other, 12, CodeFloodTest::anybody, i -> spellings.get(i % spellings.size()));
        Reply deployed =
                server.upload(
                        Sender.master(),
                        "/micro-apps",
                        MicroAppSources.of("flood")
                                .withClass(
                                        "Flood",
                                        """
                                        @Function("flood") public final class Flood {
                                          @CloudFunction("flood") public long flood(Context context) {
                                            long sent = 0;
                                            for (int i = 0; i < 20; i++) {
                                              try {
                                                context.rest().call("POST", "/codes", Map.of("phone", "+4915112345678"));
                                                sent++;
                                              } catch (FunctionException refused) {
                                              }
                                            }
                                            return sent;
                                          }
                                        }
                                        """)
                                .zip());
        assertThat(deployed.status()).as(deployed.toString()).isEqualTo(201);
        Reply called = server.post(codes.client(), "/functions/flood", "{}");
        assertThat(called.body().path("result").asInt(-1)).as(called.toString()).isZero();
    }
}
