package dev.rialto.messages;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A service for SMS on this machine. It checks the signature of each request as the service does,
/// by hashes of its own, and answers what it is told to.
abstract class VendorDouble implements AutoCloseable {
    final InstantSource clock = Clock.systemUTC();

    /// The requests whose signatures were right.
    final Queue<Received> received = new ConcurrentLinkedQueue<>();

    /// What is answered to them first; then that all is well.
    final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    VendorDouble() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /// A request.
    ///
    /// @param query raw
    /// @param headers by their names in lower case
    record Received(
            String method, String path, String query, Map<String, String> headers, byte[] body) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    record Answer(int status, String json) {}

    /// Checks who has sent a request.
    ///
    /// @return the answer to one that is not accepted; null for one that is
    abstract @Nullable Answer check(Received request);

    /// What is answered to a message that is accepted.
    abstract Answer accepted();

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new TreeMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) ->
                            headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            URI uri = exchange.getRequestURI();
            var request =
                    new Received(
                            exchange.getRequestMethod(),
                            uri.getRawPath(),
                            uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                            headers,
                            exchange.getRequestBody().readAllBytes());
            Answer answer = check(request);
            if (answer == null) {
                received.add(request);
                answer = answers.poll();
            }
            if (answer == null) {
                answer = accepted();
            }
            byte[] json = answer.json().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), json.length);
            exchange.getResponseBody().write(json);
        }
    }

    /// The fields of a form or of a query string.
    static Map<String, String> fields(String form) {
        Map<String, String> fields = new TreeMap<>();
        for (String each : form.split("&", -1)) {
            String[] pair = each.split("=", 2);
            fields.put(decoded(pair[0]), decoded(pair[1]));
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
