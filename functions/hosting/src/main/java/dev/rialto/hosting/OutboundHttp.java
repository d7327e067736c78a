package dev.rialto.hosting;

import dev.rialto.functions.spi.Host.Fetch;
import dev.rialto.functions.spi.Host.Fetched;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import dev.rialto.kernel.Timing;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/// Sends requests of functions to other servers, as far as [OutboundRules] allow. Names are
/// resolved by the rules alone, also those of redirects, so that the address that was judged is the
/// one that is connected to. Safe for use by many threads.
final class OutboundHttp implements AutoCloseable {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> OWN_HEADERS =
            Set.of("host", "content-length", "transfer-encoding", "connection", "upgrade");
    private static final String TRACEPARENT = "traceparent";
    private static final int REDIRECTS = 5;
    private static final int MAX_LINE_LENGTH = 16_384;
    private static final int MAX_HEADERS = 200;
    private static final int CONNECTIONS = 200;
    private static final int CONNECTIONS_TO_ONE = 50;

    /// The request of the current thread.
    private static final ScopedValue<Asked> ASKED = ScopedValue.newInstance();

    private final long maxBody;
    private final OutboundRules rules;
    private final Timing timing;
    private final CloseableHttpClient client;

    /// @param rules as the app whose code asks has them
    /// @param end when the response must be there, by [Timing#nanos]
    private record Asked(OutboundRules rules, long end, Timing timing) {
        List<InetSocketAddress> addresses(String host, int port) throws UnknownHostException {
            return rules.addresses(host, port, left());
        }

        /// How long it is until then; never negative.
        Duration left() {
            return Duration.ofNanos(Math.max(0, end - timing.nanos()));
        }
    }

    /// @param maxBody of a request or a response, in bytes
    OutboundHttp(OutboundRules rules, long maxBody, Timing timing) {
        this.rules = rules;
        this.timing = timing;
        this.maxBody = maxBody;
        this.client =
                HttpClients.custom()
                        .setConnectionManager(
                                PoolingHttpClientConnectionManagerBuilder.create()
                                        .setConnectionFactory(
                                                ManagedHttpClientConnectionFactory.builder()
                                                        .http1Config(
                                                                Http1Config.custom()
                                                                        .setMaxLineLength(
                                                                                MAX_LINE_LENGTH)
                                                                        .setMaxHeaderCount(
                                                                                MAX_HEADERS)
                                                                        .build())
                                                        .build())
                                        .setDnsResolver(new JudgedAddresses())
                                        .setMaxConnTotal(CONNECTIONS)
                                        .setMaxConnPerRoute(CONNECTIONS_TO_ONE)
                                        .setDefaultConnectionConfig(
                                                ConnectionConfig.custom()
                                                        .setTimeToLive(1, TimeUnit.MINUTES)
                                                        .build())
                                        .build())
                        .disableCookieManagement()
                        .disableAuthCaching()
                        .disableAutomaticRetries()
                        .disableDefaultUserAgent()
                        .setUserAgent("Rialto")
                        .build();
    }

    /// Sends a request and reads its response.
    ///
    /// @param app whose code asks
    /// @param within how long all of it may take
    /// @throws RialtoException OPERATION_FORBIDDEN when the server may not be reached,
    ///   SCRIPT_FAILED when there is no response or one that is too large, OVERLOADED when too many
    ///   names are looked up at once
    Fetched fetch(App app, Fetch fetch, Duration within) {
        long end = timing.nanos() + within.toNanos();
        var asked = new Asked(rules.askedBy(app), end, timing);
        HttpUriRequestBase request = request(fetch, asked);
        return Span.current()
                .part(
                        new Span.Part(
                                Span.Kind.CLIENT,
                                request.getMethod(),
                                Map.of(
                                        "http.request.method",
                                        request.getMethod(),
                                        "server.address",
                                        request.getAuthority().getHostName())),
                        () -> send(request, asked, within));
    }

    private Fetched send(HttpUriRequestBase request, Asked asked, Duration within) {
        if (!request.containsHeader(TRACEPARENT)) {
            Span.current().traceparent().ifPresent(each -> request.setHeader(TRACEPARENT, each));
        }
        var late = new AtomicBoolean();
        var done = new AtomicBoolean();
        Thread watch =
                timing.thread(
                        "outbound-deadline", () -> cancelAfter(asked.left(), request, late, done));
        watch.start();
        try {
            return ScopedValue.where(ASKED, asked).call(() -> client.execute(request, this::read));
        } catch (Refused refused) {
            throw refused.why;
        } catch (RefusedHost refused) {
            throw refused.why;
        } catch (UnknownHostException _) {
            throw unknown(request.getAuthority().getHostName(), asked);
        } catch (IOException failure) {
            throw failed(
                    late.get()
                            ? "no response within " + within.toMillis() + " ms"
                            : "no response: " + reason(failure));
        } finally {
            done.set(true);
            watch.interrupt();
        }
    }

    private static RialtoException unknown(String host, Asked asked) {
        return failed(
                asked.left().isZero()
                        ? "no response in time: the address of " + host + " was not found yet"
                        : "there is no server " + host);
    }

    private void cancelAfter(
            Duration within, HttpUriRequestBase request, AtomicBoolean late, AtomicBoolean done) {
        try {
            timing.sleep(within);
            if (!done.get()) {
                late.set(true);
                request.cancel();
            }
        } catch (InterruptedException _) {
            // The response was there in time.
        }
    }

    private HttpUriRequestBase request(Fetch fetch, Asked asked) {
        String method = fetch.method().toUpperCase(Locale.ROOT);
        if (!METHODS.contains(method)) {
            throw invalid("the method \"" + fetch.method() + "\" is not one of " + METHODS);
        }
        URI url = url(fetch.url());
        judge(url, asked);
        var request = new HttpUriRequestBase(method, url);
        Timeout timeout = Timeout.ofMilliseconds(Math.max(1, asked.left().toMillis()));
        request.setConfig(
                RequestConfig.custom()
                        .setConnectionRequestTimeout(timeout)
                        .setResponseTimeout(timeout)
                        .setMaxRedirects(REDIRECTS)
                        .build());
        fetch.headers().forEach((name, value) -> addHeader(request, name, value));
        if (fetch.body().length > maxBody) {
            throw invalid("the body is larger than " + maxBody + " bytes");
        }
        if (fetch.body().length > 0) {
            request.setEntity(new ByteArrayEntity(fetch.body(), null));
        }
        return request;
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (url.getHost() == null
                    || url.getRawUserInfo() != null
                    || !Set.of("http", "https").contains(scheme)) {
                throw invalid("the URL must be like https://example.com/path, without a password");
            }
            return url;
        } catch (URISyntaxException _) {
            throw invalid("the URL must be like https://example.com/path");
        }
    }

    /// The resolver asks again, with each connection; here the refusal comes before any wait.
    private static void judge(URI url, Asked asked) {
        int port = url.getPort();
        int standard = url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        try {
            asked.addresses(url.getHost(), port < 0 ? standard : port);
        } catch (UnknownHostException _) {
            throw unknown(url.getHost(), asked);
        }
    }

    private static void addHeader(HttpUriRequestBase request, String name, String value) {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
                || !value.chars().allMatch(each -> each == '\t' || (each >= ' ' && each != 127))) {
            throw invalid("the header \"" + name + "\" is not a valid header");
        }
        if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw invalid("the header " + name + " is set by the server");
        }
        request.setHeader(name, value);
    }

    private Fetched read(ClassicHttpResponse response) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (Header each : response.getHeaders()) {
            headers.computeIfAbsent(each.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(String.valueOf(each.getValue()));
        }
        Span.current().note("http.response.status_code", response.getCode());
        return new Fetched(response.getCode(), headers, body(response.getEntity()));
    }

    private byte[] body(@Nullable HttpEntity entity) throws IOException {
        if (entity == null) {
            return new byte[0];
        }
        try (InputStream content = entity.getContent()) {
            byte[] body = content.readNBytes((int) Math.min(maxBody + 1, Integer.MAX_VALUE - 16));
            if (body.length > maxBody) {
                throw new Refused(failed("the response is larger than " + maxBody + " bytes"));
            }
            return body;
        }
    }

    /// What may be told of a failure: nothing of addresses and classes.
    private static String reason(IOException failure) {
        return switch (failure) {
            case ConnectException _ -> "the connection was refused";
            case SocketTimeoutException _ -> "it took too long";
            case SSLException _ -> "the server's certificate or TLS version is not accepted";
            case ClientProtocolException _ ->
                    "the response is not valid HTTP, or redirects too often";
            default -> "the connection was interrupted";
        };
    }

    private static RialtoException failed(String message) {
        return new RialtoException(ErrorCode.SCRIPT_FAILED, message);
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_VALUE, message);
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    /// Carries a refusal through the client, which lets nothing else through.
    private static final class Refused extends IOException {
        private final transient RialtoException why;

        Refused(RialtoException why) {
            super(why.getMessage());
            this.why = why;
        }
    }

    private record JudgedAddresses() implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new UnknownHostException("addresses are checked together with a port: " + host);
        }

        @Override
        public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
            try {
                return ASKED.get().addresses(host, port);
            } catch (RialtoException refused) {
                throw new RefusedHost(refused);
            }
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static final class RefusedHost extends UnknownHostException {
        private final transient RialtoException why;

        RefusedHost(RialtoException why) {
            super(why.getMessage());
            this.why = why;
        }
    }
}
