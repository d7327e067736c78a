package dev.rialto.live;

import dev.rialto.http.Admission;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Operation;
import dev.rialto.http.SocketEndpoint;
import dev.rialto.http.SocketLimits;
import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.Platform;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangeLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Live queries: changes are sent to those who follow them, over sockets and feeds.
public final class LiveCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "data",
                    "changes",
                    "live",
                    "Sends the changes of objects to clients that follow a query.");

    private static final Logger LOG = Logger.getLogger(LiveCapability.class.getName());
    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// How sessions become users.
    ///
    /// @param current asks the database each time: what a session was a moment ago won't do
    /// @param cached may remember sessions until they expire
    public record Sessions(Authenticator current, Authenticator cached) {}

    /// Where sockets are taken, and the limits of each.
    public record Sockets(List<String> paths, SocketLimits limits) {
        public Sockets {
            paths = List.copyOf(paths);
        }
    }

    private final Platform platform;
    private final Sessions sessions;
    private final Sockets sockets;
    private final LiveSettings settings;
    private final Subscriptions subscriptions;
    private final SocketOperations operations;
    private final SocketAdmission admission;
    private final Ids ids = new Ids();
    private final AtomicInteger connections = new AtomicInteger();
    private final Closing closing;
    private final Thread sweeper;

    public LiveCapability(
            Platform platform, Sessions sessions, Sockets sockets, LiveSettings settings) {
        this.platform = platform;
        this.sessions = sessions;
        this.sockets = sockets;
        this.settings = settings;
        this.closing = new Closing(platform.timing());
        this.sweeper = platform.timing().thread("live-sweeper", this::sweep);
        var triggers = new LiveTriggers(platform.triggers());
        this.subscriptions =
                new Subscriptions(
                        new ChangeLog(platform.database()),
                        platform.store().changes(),
                        platform.objects().watching(),
                        sessions.current(),
                        new AccessChanges(platform.objects().classes()),
                        triggers);
        this.operations = new SocketOperations(platform.calls());
        this.admission =
                new SocketAdmission(
                        new Admission(platform.apps()::apply, sessions.current()),
                        operations,
                        triggers);
    }

    /// Begins to drop subscriptions whose sessions have ended.
    @Override
    public void start() {
        sweeper.start();
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    /// Where clients of the LiveQuery protocol connect: the SDKs take the server's own address.
    @Override
    public List<SocketEndpoint> sockets() {
        return sockets.paths().stream()
                .map(path ->
                        new SocketEndpoint(
                                path,
                                (channel, handshake) ->
                                        new LiveConnection(
                                                this,
                                                channel,
                                                handshake.remoteAddress(),
                                                ids.hex(16)),
                                sockets.limits()))
                .toList();
    }

    @Override
    public List<Operation> operations() {
        List<Operation> operations = new ArrayList<>(SocketOperations.declared());
        operations.addAll(new FeedRoutes(subscriptions, settings, timing()).operations());
        return operations;
    }

    @Override
    public void measure(Gauges to) {
        to.gauge(
                "rialto.live.connections",
                "Clients of live queries that are connected by a WebSocket.",
                connections::get);
        to.gauge(
                "rialto.live.subscriptions",
                "Queries that clients follow, over WebSockets and feeds.",
                subscriptions::count);
    }

    /// How many clients are connected by a WebSocket.
    AtomicInteger connections() {
        return connections;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    SocketOperations asked() {
        return operations;
    }

    SocketAdmission admission() {
        return admission;
    }

    Timing timing() {
        return platform.timing();
    }

    Watching watching() {
        return platform.objects().watching();
    }

    LiveSettings settings() {
        return settings;
    }

    private void sweep() {
        try {
            while (!closing.await(BETWEEN_SWEEPS)) {
                try {
                    subscriptions.sweep(
                            app -> platform.app(app.id()).isPresent(), sessions.cached());
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "can't check sessions; trying again", failure);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.begin();
        if (!sweeper.isAlive()) {
            return;
        }
        try {
            platform.timing().join(sweeper, PATIENCE);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
