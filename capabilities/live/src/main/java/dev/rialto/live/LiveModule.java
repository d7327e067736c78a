package dev.rialto.live;

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

/// The live capability, put together.
public final class LiveModule implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LiveModule.class.getName());
    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(30);

    /// What it stands on.
    ///
    /// @param authenticator asks the database each time: what a session was a moment ago won't do
    /// @param cached may remember sessions until they expire
    public record Ground(
            ChangeLog log,
            ChangeTail tail,
            Watching watching,
            AppDirectory apps,
            Authenticator authenticator,
            Authenticator cached,
            Triggers triggers) {}

    private final Ground ground;
    private final LiveSettings settings;
    private final Subscriptions subscriptions;
    private final Doorkeeper doorkeeper;
    private final Ids ids = new Ids();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread sweeper;

    public LiveModule(Ground ground, LiveSettings settings) {
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
        this.doorkeeper = new Doorkeeper(ground.apps(), ground.authenticator(), triggers);
        this.sweeper = Thread.ofVirtual().name("live-sweeper").start(this::sweep);
    }

    /// Where clients of the LiveQuery protocol come in: the SDKs take the server's own address.
    public SocketEndpoint endpoint(String path, SocketLimits limits) {
        return new SocketEndpoint(
                path, (channel, _) -> new LiveConnection(this, channel, ids.hex(16)), limits);
    }

    public List<Operation> operations() {
        return new FeedRoutes(subscriptions, settings).operations();
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    Doorkeeper doorkeeper() {
        return doorkeeper;
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
