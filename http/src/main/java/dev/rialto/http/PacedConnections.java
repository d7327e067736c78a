package dev.rialto.http;

import dev.rialto.http.HttpSettings.Limits;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// HTTP/1.1 connections, plain or inside TLS, that run under a [Pace], and whose framing headers
/// leave no room for reading one request as two.
final class PacedConnections implements ServerConnectionSelector {
    private static final int MAX_REQUEST_LINE = 64 << 10;
    private static final int MAX_HEADERS = 32 << 10;

    private final Http1ConnectionSelector http1;
    private final PaceKeeper keeper;
    private final Limits limits;
    private final Shutdown shutdown;
    private final Optional<ServerIdentity> identity;

    /// @param identity what TLS is spoken with; empty for plain HTTP
    PacedConnections(
            PaceKeeper keeper,
            Limits limits,
            Shutdown shutdown,
            SocketUpgrade sockets,
            Optional<ServerIdentity> identity) {
        this.keeper = keeper;
        this.limits = limits;
        this.shutdown = shutdown;
        this.identity = identity;
        this.http1 =
                Http1ConnectionSelector.builder()
                        .addUpgrader(sockets)
                        .config(
                                Http1Config.builder()
                                        .maxPrologueLength(MAX_REQUEST_LINE)
                                        .maxHeadersSize(MAX_HEADERS)
                                        // Clients send unescaped JSON in query strings.
                                        .validatePrologue(false)
                                        .validatePath(false)
                                        .receiveLog(false)
                                        .sendLog(false)
                                        .addReceiveListener(new Phases(limits.patience(), shutdown))
                                        .build())
                        .build();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        var connection =
                identity.<ServerConnection>map(each ->
                                new TlsConnection(
                                        context,
                                        each.context(),
                                        limits.patience(),
                                        http1::connection))
                        .orElseGet(() -> http1.connection(context));
        return new PacedConnection(connection, keeper, limits, shutdown);
    }

    /// Follows a connection through the reading of a request line and headers.
    private record Phases(Duration patience, Shutdown shutdown) implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            shutdown.requested();
            Pace.CURRENT.get().within(patience);
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            Pace.CURRENT.get().unbounded();
            // The web server finds the protocol only when it is alone and in lower case.
            if (headers instanceof WritableHeaders<?> writable
                    && SocketUpgrade.hasToken(
                            headers, HeaderNames.UPGRADE, SocketUpgrade.PROTOCOL)) {
                writable.set(SocketUpgrade.UPGRADE);
            }
            if (headers.contains(HeaderNames.TRANSFER_ENCODING)) {
                var coding = single(headers, HeaderNames.TRANSFER_ENCODING);
                if (headers.contains(HeaderNames.CONTENT_LENGTH)
                        || !coding.equalsIgnoreCase("chunked")) {
                    throw malformed("Transfer-Encoding must be chunked, without Content-Length");
                }
            } else if (headers.contains(HeaderNames.CONTENT_LENGTH)) {
                var length = single(headers, HeaderNames.CONTENT_LENGTH);
                if (length.isEmpty()
                        || length.length() > 18
                        || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    throw malformed("Content-Length must be a number");
                }
            }
        }

        private static String single(Headers headers, HeaderName name) {
            var header = headers.get(name);
            if (header.valueCount() != 1) {
                throw malformed("more than one " + name.defaultCase());
            }
            return header.get();
        }

        private static RequestException malformed(String message) {
            return RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .status(Status.BAD_REQUEST_400)
                    .setKeepAlive(false)
                    .message(message)
                    .safeMessage(true)
                    .build();
        }
    }

    /// Not interruptible: the web server would interrupt it while a request arrives.
    private record PacedConnection(
            ServerConnection delegate, PaceKeeper keeper, Limits limits, Shutdown shutdown)
            implements ServerConnection {
        @Override
        public void handle(Limit limit) throws InterruptedException {
            var pace =
                    new Pace(Thread.currentThread(), limits.patience(), keeper.timing(), shutdown);
            pace.awaitRequest(limits.idle());
            keeper.add(pace);
            try {
                ScopedValue.where(Pace.CURRENT, pace)
                        .<Void, InterruptedException>call(() -> {
                            delegate.handle(limit);
                            return null;
                        });
            } finally {
                keeper.remove(pace);
            }
        }

        @Override
        public Duration idleTime() {
            return delegate.idleTime();
        }

        /// The web server calls this for each connection when it has stopped accepting, and for one
        /// that was idle for too long.
        @Override
        public void close(boolean interrupt) {
            if (!interrupt && shutdown.isAnnounced()) {
                shutdown.begin();
            } else {
                delegate.close(interrupt);
            }
        }
    }
}
