package dev.rialto.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SiteVerifyTest {
    private final AtomicReference<String> asked = new AtomicReference<>("");
    private final HttpServer service =
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private int status = 200;
    private String answer = "{\"success\": true}";

    SiteVerifyTest() throws IOException {}

    @BeforeEach
    void start() {
        service.createContext(
                "/siteverify",
                exchange -> {
                    asked.set(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    private boolean verify() {
        var place =
                URI.create("http://127.0.0.1:" + service.getAddress().getPort() + "/siteverify");
        try (var services = new SiteVerify(Map.of("turnstile", place))) {
            return services.verify("turnstile", "s&cret", "a token", "192.0.2.1");
        }
    }

    @Test
    void asksTheServiceWithItsSecret() {
        assertThat(verify()).isTrue();
        assertThat(asked.get()).isEqualTo("secret=s%26cret&response=a+token&remoteip=192.0.2.1");
        answer = "{\"success\": false, \"error-codes\": [\"timeout-or-duplicate\"]}";
        assertThat(verify()).isFalse();
        answer = "{\"success\": \"true\"}";
        assertThat(verify()).isFalse();
    }

    @Test
    void admitsNobodyWhileTheServiceFails() {
        status = 500;
        assertRefused();
        status = 200;
        answer = "<html>";
        assertRefused();
        service.stop(0);
        assertRefused();
    }

    private void assertRefused() {
        assertThatThrownBy(this::verify)
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED));
    }
}
