package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A server whose apps have an OpenID provider, a browser, and an app that it comes back to.
final class SignInServer implements AutoCloseable {
    static final String VERIFIER = "v".repeat(43);
    static final String REDIRECT = "https://app.example/in?from=acme";

    final SignInIssuer issuer = new SignInIssuer();
    final TestServer server;
    private final HttpClient browser = HttpClient.newHttpClient();

    SignInServer() {
        try {
            server =
                    new TestServer(
                            Map.of(
                                    "functions.outbound", "127.0.0.1",
                                    "database.connections", "6",
                                    "second-factor.options", "totp",
                                    "sign-in.providers", "acme,other",
                                    "sign-in.acme.issuer", issuer.url(),
                                    "sign-in.acme.client-id", "web",
                                    "sign-in.acme.client-secret", "s",
                                    "sign-in.other.issuer", issuer.url(),
                                    "sign-in.other.client-id", "other",
                                    "sign-in.redirects", REDIRECT + ",com.example.app:/in"));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    String authData(String id, String more) {
        return "{\"authData\": {\"acme\": {\"id\": \"%s\", \"id_token\": \"%s\"}}}"
                .formatted(id, issuer.token("web", id, "", more));
    }

    static Sender other() {
        return new Sender(Map.of("X-Parse-Application-Id", TestServer.OTHER_APP));
    }

    static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    HttpResponse<String> open(String address) {
        URI there = address.startsWith("http") ? URI.create(address) : server.address(address);
        try {
            return browser.send(
                    HttpRequest.newBuilder(there).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    static String location(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        return response.headers().firstValue("Location").orElseThrow();
    }

    static Map<String, String> parameters(String address) {
        Map<String, String> all = new HashMap<>();
        for (String each : String.valueOf(URI.create(address).getQuery()).split("&", -1)) {
            all.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        return all;
    }

    String begin(String more) {
        return "/sign-in/acme?app="
                + TestServer.APP
                + "&redirect="
                + URLEncoder.encode(REDIRECT, StandardCharsets.UTF_8)
                + "&challenge="
                + challenge(VERIFIER)
                + more;
    }

    /// Begins, and lets the provider sign somebody in.
    ///
    /// @return where the provider sends the browser back to
    String callback(String begin, String subject) {
        Map<String, String> sent = parameters(location(open(begin)));
        String code = issuer.code(sent.getOrDefault("nonce", ""), subject);
        return sent.get("redirect_uri") + "?code=" + code + "&state=" + sent.get("state");
    }

    /// The code that the app is brought.
    String code(String subject) {
        return parameters(location(open(callback(begin(""), subject)))).getOrDefault("code", "");
    }

    Reply exchange(Sender as, String code, String verifier) {
        return server.post(
                as,
                "/sign-in/exchange",
                "{\"code\": \"%s\", \"verifier\": \"%s\"}".formatted(code, verifier));
    }

    interface Attempt {
        Reply make(int number);
    }

    static List<Reply> atOnce(int count, Attempt attempt) throws Exception {
        var start = new CountDownLatch(1);
        List<Callable<Reply>> all =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                (Callable<Reply>)
                                        () -> {
                                            start.await();
                                            return attempt.make(i);
                                        })
                        .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = all.stream().map(threads::submit).toList();
            start.countDown();
            List<Reply> replies = new ArrayList<>();
            for (var each : futures) {
                replies.add(each.get());
            }
            return replies;
        }
    }

    static Set<String> ids(List<Reply> replies) {
        return replies.stream().map(each -> each.text("objectId")).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        server.close();
        issuer.close();
    }
}
