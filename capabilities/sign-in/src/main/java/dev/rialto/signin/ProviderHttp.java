package dev.rialto.signin;

import dev.rialto.kernel.App;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.OutboundRules;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/// Calls providers, whose addresses the owners of apps set, as far as the operator's rules allow.
/// Names are resolved by the rules alone, so that the address that was checked is the one that is
/// connected to; redirects are not followed. Safe for use by many threads.
final class ProviderHttp implements AutoCloseable {
    static final int MAX_BODY = 1 << 20;
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_CONNECTIONS = 200;
    private static final int MAX_CONNECTIONS_TO_ONE = 50;

    /// The request of the current thread.
    private static final ScopedValue<Asked> ASKED = ScopedValue.newInstance();

    private final OutboundPolicy policy;
    private final Timing timing;
    private final Duration timeout;
    private final CloseableHttpClient client =
            HttpClients.custom()
                    .setConnectionManager(
                            PoolingHttpClientConnectionManagerBuilder.create()
                                    .setDnsResolver(new CheckedAddresses())
                                    .setMaxConnTotal(MAX_CONNECTIONS)
                                    .setMaxConnPerRoute(MAX_CONNECTIONS_TO_ONE)
                                    .setDefaultConnectionConfig(
                                            ConnectionConfig.custom()
                                                    .setTimeToLive(1, TimeUnit.MINUTES)
                                                    .build())
                                    .build())
                    .disableRedirectHandling()
                    .disableCookieManagement()
                    .disableAuthCaching()
                    .disableAutomaticRetries()
                    .setUserAgent("Rialto")
                    .build();

    /// @param end by [Timing#nanos]
    private record Asked(OutboundRules rules, long end, Timing timing) {
        Duration left() {
            return Duration.ofNanos(Math.max(1, end - timing.nanos()));
        }
    }

    /// What is asked of a provider.
    record Request(String method, URI url, Map<String, String> headers, byte[] body) {
        /// Does not show headers and bodies, which have secrets, nor queries, which may.
        @Override
        public String toString() {
            return method + " " + url.getScheme() + "://" + url.getRawAuthority() + url.getPath();
        }
    }

    record Response(int status, byte[] body) {}

    ProviderHttp(OutboundPolicy policy, Timing timing) {
        this(policy, timing, TIMEOUT);
    }

    /// @param timeout for a whole response
    ProviderHttp(OutboundPolicy policy, Timing timing, Duration timeout) {
        this.policy = policy;
        this.timing = timing;
        this.timeout = timeout;
    }

    /// What an app may connect to.
    OutboundRules rules(App app) {
        return policy.rules(app);
    }

    /// Sends a request and reads its response.
    ///
    /// @throws IOException when there is no response in time or it is too large
    /// @throws RialtoException OPERATION_FORBIDDEN when the operator's rules don't allow it,
    ///   OVERLOADED when too many names are looked up at once
    Response send(App app, Request request) throws IOException {
        var asked = new Asked(policy.rules(app), timing.nanos() + timeout.toNanos(), timing);
        check(request.url(), asked);
        HttpUriRequestBase prepared = prepared(request, asked);
        // A connection that one app was allowed to open is not used for others.
        var context = HttpClientContext.create();
        context.setUserToken(app.id());
        var done = new AtomicBoolean();
        Thread watch =
                timing.thread("provider-deadline", () -> cancelAfter(asked.left(), prepared, done));
        watch.start();
        try {
            return ScopedValue.where(ASKED, asked)
                    .call(() -> client.execute(prepared, context, ProviderHttp::read));
        } catch (RefusedHostException refused) {
            throw refused.why;
        } finally {
            done.set(true);
            watch.interrupt();
        }
    }

    /// The resolver checks new connections alone.
    private static void check(URI url, Asked asked) throws IOException {
        int standard = url.getScheme().equals("https") ? 443 : 80;
        asked.rules()
                .addresses(
                        url.getHost(), url.getPort() < 0 ? standard : url.getPort(), asked.left());
    }

    private HttpUriRequestBase prepared(Request request, Asked asked) {
        var prepared = new HttpUriRequestBase(request.method(), request.url());
        Timeout left = Timeout.ofMilliseconds(Math.max(1, asked.left().toMillis()));
        prepared.setConfig(
                RequestConfig.custom()
                        .setConnectionRequestTimeout(left)
                        .setResponseTimeout(left)
                        .build());
        request.headers().forEach(prepared::setHeader);
        if (request.body().length > 0) {
            prepared.setEntity(new ByteArrayEntity(request.body(), null));
        }
        return prepared;
    }

    /// Timeouts of the client start over with each byte; this one does not.
    private void cancelAfter(Duration within, HttpUriRequestBase request, AtomicBoolean done) {
        try {
            timing.sleep(within);
            if (!done.get()) {
                request.cancel();
            }
        } catch (InterruptedException _) {
            // The response was there in time.
        }
    }

    private static Response read(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new Response(response.getCode(), new byte[0]);
        }
        try (InputStream content = entity.getContent()) {
            byte[] body = content.readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw new IOException("the response is larger than " + MAX_BODY + " bytes");
            }
            return new Response(response.getCode(), body);
        }
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    private record CheckedAddresses() implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new UnknownHostException("addresses are checked together with a port: " + host);
        }

        @Override
        public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
            Asked asked = ASKED.get();
            try {
                return asked.rules().addresses(host, port, asked.left());
            } catch (RialtoException refused) {
                throw new RefusedHostException(refused);
            }
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    /// Carries a refusal through the client, which lets nothing else through.
    private static final class RefusedHostException extends UnknownHostException {
        private final transient RialtoException why;

        RefusedHostException(RialtoException why) {
            super(why.getMessage());
            this.why = why;
        }
    }
}
