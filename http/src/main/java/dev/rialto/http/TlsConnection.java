package dev.rialto.http;

import dev.rialto.kernel.Json;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A connection that begins with a TLS handshake. The web server accepts it as a plain one, so that
/// the handshake has the [Pace] of everything else: by its own TLS, Helidon 4.3.1 waits for a slow
/// handshake as long as something comes, and never takes another connection for one that fails.
final class TlsConnection implements ServerConnection, InterruptableTask<Void> {
    private static final int HANDSHAKE = 0x16;

    private final ConnectionContext context;
    private final Optional<SSLContext> identity;
    private final Duration patience;
    private final Function<ConnectionContext, ServerConnection> protocol;
    private volatile @Nullable ServerConnection secured;
    private volatile boolean closed;

    /// @param identity empty when there is no certificate yet
    /// @param patience how long the handshake may take
    /// @param protocol what is spoken inside
    TlsConnection(
            ConnectionContext context,
            Optional<SSLContext> identity,
            Duration patience,
            Function<ConnectionContext, ServerConnection> protocol) {
        this.context = context;
        this.identity = identity;
        this.patience = patience;
        this.protocol = protocol;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        var pace = Pace.CURRENT.get();
        try {
            if (context.dataReader().lookup() != HANDSHAKE) {
                explain(pace);
                return;
            }
            pace.within(patience);
            var socket =
                    SecureSocket.handshake(
                            context,
                            identity.orElseThrow(() ->
                                    new CloseConnectionException("there is no certificate yet")));
            try {
                converse(protocol.apply(socket), limit);
            } finally {
                pace.moving(0);
                socket.bid();
            }
        } catch (IOException | UncheckedIOException | InsufficientDataAvailableException gone) {
            throw new CloseConnectionException("a TLS connection ended", gone);
        }
    }

    private void converse(ServerConnection connection, Limit limit) throws InterruptedException {
        secured = connection;
        if (closed) {
            connection.close(true);
        }
        Pace.CURRENT.get().within(patience);
        connection.handle(limit);
    }

    /// Answers a client that speaks plain HTTP.
    private void explain(Pace pace) {
        byte first = context.dataReader().lookup();
        if (first < 'A' || first > 'Z') {
            return;
        }
        var body =
                Json.write(
                        Json.object()
                                .put("error", "this port speaks HTTPS: the URL begins with https"));
        pace.moving(0);
        context.dataWriter()
                .writeNow(
                        BufferData.create(
                                ("HTTP/1.1 400 Bad Request\r\nContent-Type: "
                                                + AnswerWriter.JSON
                                                + "\r\nConnection: close\r\nContent-Length: "
                                                + body.length()
                                                + "\r\n\r\n"
                                                + body)
                                        .getBytes(StandardCharsets.US_ASCII)));
        pace.unbounded();
    }

    @Override
    public boolean canInterrupt() {
        return !(secured instanceof InterruptableTask<?> task) || task.canInterrupt();
    }

    /// Before there is a request, the pace alone ends the connection.
    @Override
    public Duration idleTime() {
        var connection = secured;
        return connection == null ? Duration.ZERO : connection.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
        closed = true;
        var connection = secured;
        if (connection == null) {
            context.serverSocket().close();
        } else {
            connection.close(interrupt);
        }
    }
}
