package dev.rialto.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// How the front door listens and what it takes.
///
/// @param host the address to listen on; `0.0.0.0` is all
/// @param port 0 takes any free one
/// @param publicUrl the address under which clients reach the operations, e.g.
///   `https://api.example.com/backend/v1`; empty means this listener's own
/// @param allowOrigins the origins whose browsers may call; `*` is all
/// @param limits what a request may cost
/// @param sockets what a WebSocket may cost
/// @param mounts where the operations are
/// @param trustedProxies addresses and networks of proxies that may say who their client is
public record HttpSettings(
        String host,
        int port,
        String publicUrl,
        List<String> allowOrigins,
        Limits limits,
        SocketLimits sockets,
        Mounts mounts,
        List<String> trustedProxies) {

    /// What a request may cost.
    ///
    /// @param body bytes of a JSON body, after decompression
    /// @param upload bytes of an uploaded file
    /// @param batch entries of one `/batch`
    /// @param concurrentRequests above this, requests are refused as overload
    /// @param connections open at once; more wait to be accepted
    /// @param idle how long a connection may wait for its next request
    /// @param patience how long a client may take to send its headers, and how long it may lag
    ///   behind 8 KB per second when it sends a body or takes an answer
    /// @param grace how long running requests may take to end when the listener closes
    public record Limits(
            int body,
            long upload,
            int batch,
            int concurrentRequests,
            int connections,
            Duration idle,
            Duration patience,
            Duration grace) {
        public static final Limits DEFAULT =
                new Limits(
                        20 << 20,
                        20L << 20,
                        1000,
                        1024,
                        16_384,
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(10));

        public Limits {
            positive("http.max-body", body);
            positive("files.max-size", upload);
            positive("http.max-batch", batch);
            positive("http.max-concurrent-requests", concurrentRequests);
            positive("http.max-connections", connections);
            positive("http.idle-timeout", idle.toMillis());
            positive("http.patience", patience.toMillis());
            if (grace.isNegative()) {
                throw new IllegalArgumentException("http.grace must not be negative: " + grace);
            }
        }

        private static void positive(String key, long value) {
            if (value <= 0) {
                throw new IllegalArgumentException(key + " must be positive: " + value);
            }
        }

        public Limits withUpload(long bytes) {
            return new Limits(
                    body, bytes, batch, concurrentRequests, connections, idle, patience, grace);
        }
    }

    public HttpSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("http.port must be 0 to 65535: " + port);
        }
        publicUrl = publicUrl.endsWith("/") ? withoutSlashes(publicUrl) : publicUrl;
        if (!publicUrl.isEmpty()) {
            checkUrl(publicUrl);
        }
        allowOrigins = List.copyOf(allowOrigins);
        trustedProxies = List.copyOf(trustedProxies);
        var _ = new TrustedProxies(trustedProxies);
        if (allowOrigins.isEmpty()) {
            throw new IllegalArgumentException("http.allow-origin must not be empty");
        }
    }

    /// Settings at the usual place, of a server that clients reach without a proxy.
    public HttpSettings(
            String host,
            int port,
            String publicUrl,
            List<String> allowOrigins,
            Limits limits,
            SocketLimits sockets) {
        this(host, port, publicUrl, allowOrigins, limits, sockets, Mounts.STANDARD, List.of());
    }

    /// Settings with nothing out of the ordinary.
    public static HttpSettings of(String host, int port) {
        return new HttpSettings(host, port, "", List.of("*"), Limits.DEFAULT, SocketLimits.DEFAULT);
    }

    public HttpSettings withPublicUrl(String url) {
        return new HttpSettings(
                host, port, url, allowOrigins, limits, sockets, mounts, trustedProxies);
    }

    public HttpSettings withLimits(Limits other) {
        return new HttpSettings(
                host, port, publicUrl, allowOrigins, other, sockets, mounts, trustedProxies);
    }

    public HttpSettings withMounts(Mounts other) {
        return new HttpSettings(
                host, port, publicUrl, allowOrigins, limits, sockets, other, trustedProxies);
    }

    /// @param addresses of proxies, or networks like `10.0.0.0/8`
    public HttpSettings withTrustedProxies(List<String> addresses) {
        return new HttpSettings(
                host, port, publicUrl, allowOrigins, limits, sockets, mounts, addresses);
    }

    private static String withoutSlashes(String url) {
        int end = url.length();
        while (end > 0 && url.charAt(end - 1) == '/') {
            end--;
        }
        return url.substring(0, end);
    }

    private static void checkUrl(String url) {
        try {
            var parsed = URI.create(url);
            if (parsed.getHost() != null
                    && ("http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme()))) {
                return;
            }
        } catch (IllegalArgumentException _) {
            // refused below, in our words
        }
        throw new IllegalArgumentException("http.public-url must be an http or https URL: " + url);
    }
}
