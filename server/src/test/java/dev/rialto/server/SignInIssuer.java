package dev.rialto.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An OpenID provider that signs in whom a test names.
final class SignInIssuer implements AutoCloseable {
    private static final Pattern CODE = Pattern.compile("(?:^|&)code=([^&]+)");

    private final ECKey key = key();
    private final HttpServer server;
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private final Semaphore held = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    SignInIssuer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/.well-known/openid-configuration",
                exchange ->
                        answer(
                                exchange,
                                200,
                                """
                                {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize",
                                 "token_endpoint": "%1$s/token", "jwks_uri": "%1$s/keys"}
                                """
                                        .formatted(url())));
        server.createContext(
                "/keys",
                exchange ->
                        answer(
                                exchange,
                                200,
                                "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}"));
        server.createContext("/token", this::exchangeCode);
        server.start();
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// @param more claims, after a comma
    String token(String audience, String subject, String nonce, String more) {
        String claims =
                "{\"iss\": \"%s\", \"aud\": \"%s\", \"sub\": \"%s\", \"nonce\": \"%s\", \"exp\": %d %s}"
                        .formatted(
                                url(),
                                audience,
                                subject,
                                nonce,
                                Instant.now().getEpochSecond() + 600,
                                more);
        try {
            var token =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
                            JWTClaimsSet.parse(claims));
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException | ParseException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// A code that works once.
    String code(String nonce, String subject) {
        String code = UUID.randomUUID().toString();
        codes.put(code, token("web", subject, nonce, ""));
        return code;
    }

    /// Lets those wait who exchange codes.
    void holdTokens() {
        gate = new CountDownLatch(1);
    }

    void awaitHeld(int count) throws InterruptedException {
        held.acquire(count);
    }

    void releaseTokens() {
        gate.countDown();
    }

    private void exchangeCode(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        try {
            held.release();
            gate.await();
            held.tryAcquire();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        Matcher code = CODE.matcher(body);
        String token = code.find() ? codes.remove(code.group(1)) : null;
        if (token == null) {
            answer(exchange, 400, "{\"error\": \"invalid_grant\"}");
        } else {
            answer(exchange, 200, "{\"id_token\": \"" + token + "\"}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
