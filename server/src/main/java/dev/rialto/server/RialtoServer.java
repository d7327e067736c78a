package dev.rialto.server;

import dev.rialto.apps.AppStore;
import dev.rialto.http.Listener;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.spi.Watching;
import java.util.List;
import java.util.Optional;

/// A running server.
public final class RialtoServer implements AutoCloseable {
    private final Wiring wiring;
    private final Listener listener;

    RialtoServer(Wiring wiring, Listener listener) {
        this.wiring = wiring;
        this.listener = listener;
    }

    /// Starts everything; returns when requests are served.
    ///
    /// @throws dev.rialto.kernel.SetupException when the settings, the machine or the database
    ///   don't allow it
    public static RialtoServer start(ServerSettings settings) {
        return Wiring.start(settings);
    }

    /// The port that is listened on.
    public int port() {
        return listener.port();
    }

    /// The port of TLS; empty when there is only plain HTTP.
    public Optional<Integer> tlsPort() {
        return listener.tlsPort();
    }

    /// What the certificate of TLS is for; empty when there is none.
    public Optional<String> certificate() {
        return wiring.certificate();
    }

    /// The address under which clients reach `/v1`.
    public String publicUrl() {
        return listener.publicUrl();
    }

    /// Waits until the server can't go on, which it may never: its own PostgreSQL ends again and
    /// again. It is still to be closed.
    ///
    /// @return why
    public String awaitEnd() {
        return wiring.lost().join();
    }

    /// Where metrics are served; empty when they are not.
    public Optional<Integer> metricsPort() {
        return wiring.metricsPort();
    }

    /// Everything that can be called.
    List<Operation> operations() {
        return wiring.operations();
    }

    Watching watching() {
        return wiring.watching();
    }

    /// Does at once what is done for an app from time to time.
    void tidy(App app) {
        wiring.tidy(app);
    }

    public AppStore apps() {
        return wiring.apps();
    }

    /// Says at `/health` that the server is about to stop, and serves on for `http.drain`, so that
    /// load balancers notice before it is closed.
    public void drain() throws InterruptedException {
        wiring.drain();
    }

    /// Ends running requests, then stops what was started, the youngest first.
    @Override
    public void close() {
        wiring.close();
    }
}
