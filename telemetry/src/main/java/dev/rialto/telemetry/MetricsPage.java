package dev.rialto.telemetry;

import dev.rialto.kernel.SetupException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;

/// Serves `GET /metrics` at a separate address: the API's port never serves it, whatever proxy is
/// in front.
final class MetricsPage implements AutoCloseable {
    /// Enough for a few scrapers; others wait.
    private static final int CONNECTIONS = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String BEARER = "Bearer ";

    private final PrometheusMeterRegistry registry;
    private final MetricsAddress address;
    private final WebServer server;

    private MetricsPage(PrometheusMeterRegistry registry, MetricsAddress address) {
        this.registry = registry;
        this.address = address;
        this.server =
                WebServer.builder()
                        .host(address.host())
                        .port(address.port())
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .maxTcpConnections(CONNECTIONS)
                        .maxPayloadSize(0)
                        .idleConnectionTimeout(Duration.ofMinutes(3))
                        .connectionOptions(options -> options.readTimeout(PATIENCE))
                        .routing(routing -> routing.get("/metrics", this::answer))
                        .build();
    }

    static MetricsPage open(PrometheusMeterRegistry registry, MetricsAddress address) {
        requireFree(address);
        var page = new MetricsPage(registry, address);
        page.server.start();
        return page;
    }

    int port() {
        return server.port();
    }

    private void answer(ServerRequest request, ServerResponse response) {
        if (address.token().isPresent() && !shows(request, address.token().get())) {
            response.status(Status.UNAUTHORIZED_401)
                    .header(HeaderNames.WWW_AUTHENTICATE, "Bearer")
                    .send();
        } else if (address.token().isEmpty() && !isCalledByItsName(request)) {
            response.status(Status.FORBIDDEN_403).send();
        } else {
            scrape(request, response);
        }
    }

    private static boolean shows(ServerRequest request, String token) {
        String shown = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        return shown.startsWith(BEARER)
                && MessageDigest.isEqual(
                        shown.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8),
                        token.getBytes(StandardCharsets.UTF_8));
    }

    /// Prevents DNS rebinding: a web page whose host name resolves to this machine could otherwise
    /// read the metrics from a browser on it.
    private boolean isCalledByItsName(ServerRequest request) {
        String host = request.authority().replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
        return host.equals("localhost")
                || host.equals(address.host())
                || host.equals("::1")
                || host.matches("127(\\.\\d{1,3}){3}");
    }

    private void scrape(ServerRequest request, ServerResponse response) {
        String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
        String type =
                accepted.contains("application/openmetrics-text")
                        ? OpenMetricsTextFormatWriter.CONTENT_TYPE
                        : PrometheusTextFormatWriter.CONTENT_TYPE;
        var page = new ByteArrayOutputStream(64 << 10);
        try {
            registry.scrape(page, type);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        response.header(HeaderNames.CONTENT_TYPE, type)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(page.toByteArray());
    }

    /// Helidon only logs that its port is in use.
    private static void requireFree(MetricsAddress address) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(
                    new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
        } catch (IOException failure) {
            throw new SetupException(
                    "can't serve metrics on "
                            + address
                            + " ("
                            + failure.getMessage()
                            + "): choose another address with metrics.listen",
                    failure);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
