package dev.rialto.live;

import dev.rialto.capability.Capability;
import dev.rialto.capability.CapabilityDescriptor;
import dev.rialto.http.Admission;
import dev.rialto.http.AppDirectory;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Operation;
import dev.rialto.http.SocketEndpoint;
import dev.rialto.http.SocketLimits;
import dev.rialto.kernel.Ids;
import dev.rialto.objects.spi.Triggers;
import dev.rialto.objects.spi.Watching;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeTail;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    /// What it stands on.
    ///
    /// @param authenticator asks the database each time: what a session was a moment ago won't do
    /// @param cached may remember sessions until they expire
    /// @param paths where sockets are taken
    /// @param limits of a socket
    public record Ground(
            ChangeLog log,
            ChangeTail tail,
            Watching watching,
            AppDirectory apps,
            Authenticator authenticator,
            Authenticator cached,
            Triggers triggers,
            List<String> paths,
            SocketLimits limits) {
        public Ground {
            paths = List.copyOf(paths);
        }
    }

    private final Ground ground;
    private final LiveSettings settings;
    private final Subscriptions subscriptions;
    private final SocketAdmission admission;
    private final Ids ids = new Ids();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread sweeper;

    public LiveCapability(Ground ground, LiveSettings settings) {
        this.ground = ground;
        this.settings = settings;
        var triggers = new LiveTriggers(ground.triggers());
        this.subscriptions =
                new Subscriptions(
                        ground.log(),
                        ground.tail(),
                        ground.watching(),
                        ground.authenticator(),
                        triggers);
        this.admission =
                new SocketAdmission(new Admission(ground.apps(), ground.authenticator()), triggers);
        this.sweeper = Thread.ofVirtual().name("live-sweeper").start(this::sweep);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    /// Where clients of the LiveQuery protocol connect: the SDKs take the server's own address.
    @Override
    public List<SocketEndpoint> sockets() {
        return ground.paths().stream()
                .map(path ->
                        new SocketEndpoint(
                                path,
                                (channel, _) -> new LiveConnection(this, channel, ids.hex(16)),
                                ground.limits()))
                .toList();
    }

    @Override
    public List<Operation> operations() {
        return new FeedRoutes(subscriptions, settings).operations();
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    SocketAdmission admission() {
        return admission;
    }

    Watching watching() {
        return ground.watching();
    }

    LiveSettings settings() {
        return settings;
    }

    private void sweep() {
        try {
            while (!closing.await(BETWEEN_SWEEPS.toSeconds(), TimeUnit.SECONDS)) {
                try {
                    subscriptions.sweep(
                            app -> ground.apps().find(app.id()).isPresent(), ground.cached());
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "sessions can't be looked at just now", failure);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            sweeper.join(Duration.ofSeconds(5));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
