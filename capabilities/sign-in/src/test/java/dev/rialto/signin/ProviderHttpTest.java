package dev.rialto.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderHttpTest {
    private static final OutboundPolicy LOCAL = OutboundPolicy.of(List.of("127.0.0.1"));

    private final Vendor vendor = new Vendor();

    @AfterEach
    void close() {
        vendor.close();
    }

    private static ProviderHttp.Request get(String url) {
        return new ProviderHttp.Request("GET", URI.create(url), Map.of(), new byte[0]);
    }

    /// An owner's issuer must not make the server read what only it can reach.
    @Test
    void doesNotConnectToWhatTheOperatorForbids() {
        for (String host : List.of("127.0.0.1", "[::1]", "localhost")) {
            String issuer = vendor.url().replace("127.0.0.1", host);
            var providers =
                    Vendor.providers(
                            Instant::now,
                            OutboundPolicy.publicInternet(),
                            "providers = acme",
                            "acme.issuer = " + issuer,
                            "acme.client-id = web");

            assertThatThrownBy(
                            () -> Vendor.verify(providers, "acme", "{\"id\":\"a\",\"code\":\"c\"}"))
                    .hasMessage("acme can't be reached at present; try again later.");
        }
        assertThat(vendor.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://169.254.169.254",
                "https://10.0.0.1",
                "https://[fd00::1]",
                "https://0.0.0.0",
                "https://2130706433"
            })
    void refusesAddressesOfPrivateNetworks(String address) {
        try (var http = new ProviderHttp(OutboundPolicy.publicInternet(), Timing.SYSTEM)) {
            assertThatThrownBy(() -> http.send(Vendor.APP, get(address)))
                    .isInstanceOfAny(RialtoException.class, IOException.class);
        }
    }

    /// A provider that is allowed must not lead the server on to one that is not.
    @Test
    void followsNoRedirects() throws IOException {
        vendor.on("/a", "302 " + vendor.url() + "/secret");
        try (var http = new ProviderHttp(LOCAL, Timing.SYSTEM)) {
            assertThat(http.send(Vendor.APP, get(vendor.url() + "/a")).status()).isEqualTo(302);
        }
        assertThat(vendor.asked("/secret")).isEmpty();
    }

    @Test
    void readsNoMoreThanAMegabyte() {
        vendor.on("/a", "x".repeat(ProviderHttp.MAX_BODY + 1));
        try (var http = new ProviderHttp(LOCAL, Timing.SYSTEM)) {
            assertThatThrownBy(() -> http.send(Vendor.APP, get(vendor.url() + "/a")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("larger than");
        }
    }

    @Test
    void givesUpASlowProvider() {
        var never = new CountDownLatch(1);
        vendor.on(
                "/a",
                _ -> {
                    try {
                        never.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    return "{}";
                });
        try (var http = new ProviderHttp(LOCAL, Timing.SYSTEM, Duration.ofMillis(100))) {
            assertThatThrownBy(() -> http.send(Vendor.APP, get(vendor.url() + "/a")))
                    .isInstanceOf(IOException.class);
        } finally {
            never.countDown();
        }
    }

    @Test
    void logsNeitherSecretsNorTokens() {
        vendor.on("/debug_token", "500 {}");
        vendor.on("/oauth/access_token", "not json with t0ken");
        var logged = new StringBuilder();
        var handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        logged.append(entry.getMessage());
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger log = Logger.getLogger(ProviderClient.class.getName());
        log.addHandler(handler);
        try {
            var facebook =
                    Vendor.providers(
                            Instant::now,
                            LOCAL,
                            "providers = facebook",
                            "facebook.url = " + vendor.url(),
                            "facebook.client-id = ours",
                            "facebook.client-secret = s3cret");
            for (String claims :
                    List.of(
                            "{\"id\": \"1\", \"access_token\": \"t0ken\"}",
                            "{\"code\": \"c0de\"}")) {
                assertThatThrownBy(() -> Vendor.verify(facebook, "facebook", claims))
                        .hasMessage("Facebook can't be reached at present; try again later.");
            }
        } finally {
            log.removeHandler(handler);
        }
        assertThat(logged.toString())
                .contains("/debug_token", "500")
                .doesNotContain("s3cret", "t0ken", "c0de");
    }
}
