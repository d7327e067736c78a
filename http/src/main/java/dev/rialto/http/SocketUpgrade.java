package dev.rialto.http;

import dev.rialto.http.SocketEndpoint.Handshake;
import dev.rialto.kernel.RialtoException;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The handshake that makes a WebSocket of an HTTP connection (RFC 6455, section 4.2). No extension
/// and no subprotocol is agreed to.
final class SocketUpgrade implements Http1Upgrader {
    static final String PROTOCOL = "websocket";

    private static final HeaderName FORWARDED = HeaderNames.create(TrustedProxies.HEADER);
    private static final HeaderName KEY = HeaderNames.create("Sec-WebSocket-Key");
    private static final HeaderName VERSION = HeaderNames.create("Sec-WebSocket-Version");
    private static final Header SUPPORTED = HeaderValues.createCached(VERSION, "13");
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final int KEY_LENGTH = 24;
    static final Header UPGRADE = HeaderValues.createCached(HeaderNames.UPGRADE, PROTOCOL);

    private final Map<String, SocketEndpoint> endpoints = new HashMap<>();
    private final OpenSockets sockets;
    private final Cors cors;
    private final TrustedProxies proxies;
    private final PlainPort plain;

    SocketUpgrade(
            List<SocketEndpoint> endpoints,
            OpenSockets sockets,
            Cors cors,
            TrustedProxies proxies,
            PlainPort plain) {
        this.plain = plain;
        this.proxies = proxies;
        this.sockets = sockets;
        this.cors = cors;
        for (var endpoint : endpoints) {
            if (this.endpoints.put(endpoint.path(), endpoint) != null) {
                throw new IllegalArgumentException("two sockets at " + endpoint.path());
            }
        }
    }

    @Override
    public String supportedProtocol() {
        return PROTOCOL;
    }

    /// Null leaves the request to the operations.
    @Override
    public @Nullable ServerConnection upgrade(
            ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
        var path = prologue.uriPath().rawPath();
        var endpoint =
                endpoints.get(path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        if (endpoint == null || isSentAway(context)) {
            return null;
        }
        var accept = accept(prologue, headers);
        var origin = headers.first(HeaderNames.ORIGIN);
        if (origin.isPresent() && !cors.isAllowed(origin.get())) {
            throw refusal(Status.FORBIDDEN_403, "this origin may not open sockets");
        }
        if (sockets.isStopping()) {
            throw refusal(Status.SERVICE_UNAVAILABLE_503, "the server is stopping");
        }
        var client =
                proxies.client(
                        context.remotePeer().host(),
                        headers.contains(FORWARDED)
                                ? Optional.of(String.join(",", headers.get(FORWARDED).allValues()))
                                : Optional.empty());
        var handshake = new Handshake(client, query(prologue), origin);
        greet(context, accept);
        return new SocketConnection(sockets, endpoint, handshake, context);
    }

    private boolean isSentAway(ConnectionContext context) {
        return !context.isSecure() && plain.isSentAway(context.remotePeer(), context.localPeer());
    }

    private static String accept(HttpPrologue prologue, WritableHeaders<?> headers) {
        if (!prologue.method().text().equals("GET")) {
            throw refusal(Status.BAD_REQUEST_400, "a socket must be opened with GET");
        }
        if (!hasToken(headers, HeaderNames.CONNECTION, "upgrade")) {
            throw refusal(Status.BAD_REQUEST_400, "Connection must have Upgrade");
        }
        if (!single(headers, VERSION).equals("13")) {
            throw refusal(Status.UPGRADE_REQUIRED_426, "Sec-WebSocket-Version must be 13");
        }
        var key = single(headers, KEY);
        if (!isKey(key)) {
            throw refusal(Status.BAD_REQUEST_400, "Sec-WebSocket-Key must be 16 bytes in base64");
        }
        try {
            var digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Whether a header that is a list of tokens has this one, in whatever case.
    static boolean hasToken(Headers headers, HeaderName name, String token) {
        return headers.contains(name)
                && headers.get(name).allValues().stream()
                        .flatMap(value -> Stream.of(value.split(",")))
                        .anyMatch(each -> each.strip().equalsIgnoreCase(token));
    }

    /// The value of a header that must come once; empty if it doesn't.
    private static String single(Headers headers, HeaderName name) {
        return headers.contains(name) && headers.get(name).valueCount() == 1
                ? headers.get(name).get()
                : "";
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == KEY_LENGTH
                    && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static Map<String, String> query(HttpPrologue prologue) {
        var raw = Optional.ofNullable(prologue.query().rawValue()).orElse("");
        try {
            var query = new HashMap<String, String>();
            QueryText.read(raw)
                    .properties()
                    .forEach(entry -> query.put(entry.getKey(), entry.getValue().stringValue()));
            return query;
        } catch (RialtoException malformed) {
            throw refusal(Status.BAD_REQUEST_400, String.valueOf(malformed.getMessage()));
        }
    }

    private static void greet(ConnectionContext context, String accept) {
        var pace = Pace.CURRENT.get();
        pace.moving(0);
        context.dataWriter()
                .writeNow(
                        BufferData.create(
                                ("HTTP/1.1 101 Switching Protocols\r\n"
                                                + "Connection: Upgrade\r\n"
                                                + "Upgrade: websocket\r\n"
                                                + "Sec-WebSocket-Accept: "
                                                + accept
                                                + "\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII)));
        pace.unbounded();
    }

    private static RequestException refusal(Status status, String message) {
        return RequestException.builder()
                .type(DirectHandler.EventType.OTHER)
                .status(status)
                .setKeepAlive(false)
                .header(SUPPORTED)
                .header(UPGRADE)
                .message(message)
                .safeMessage(true)
                .build();
    }
}
