package dev.rialto.server;

import dev.rialto.kernel.App;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// What the server does for each app from time to time without being asked. One app after the
/// other; an app for which it fails does not keep it from the others, nor from the next time.
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Upkeep.class.getName());

    private final Supplier<List<App>> apps;
    private final Consumer<App> task;
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("upkeep").factory());

    /// When it is done.
    ///
    /// @param first after the start
    /// @param pause between the end of one time and the next
    record Times(Duration first, Duration pause) {
        /// Every hour, and not while the server has just started and has better to do.
        static Times hourly() {
            return new Times(Duration.ofMinutes(5), Duration.ofHours(1));
        }
    }

    private Upkeep(Supplier<List<App>> apps, Consumer<App> task) {
        this.apps = apps;
        this.task = task;
    }

    /// @param apps tells which apps there are now
    static Upkeep start(Supplier<List<App>> apps, Consumer<App> task, Times times) {
        var upkeep = new Upkeep(apps, task);
        var _ =
                upkeep.schedule.scheduleWithFixedDelay(
                        upkeep::run,
                        times.first().toMillis(),
                        times.pause().toMillis(),
                        TimeUnit.MILLISECONDS);
        return upkeep;
    }

    private void run() {
        try {
            for (App app : apps.get()) {
                if (schedule.isShutdown()) {
                    return;
                }
                run(app);
            }
        } catch (RuntimeException failure) {
            warn("can't find the apps that need upkeep", failure);
        }
    }

    private void run(App app) {
        try {
            task.accept(app);
        } catch (RuntimeException failure) {
            warn("upkeep of " + app.id() + " failed", failure);
        }
    }

    /// A schedule that never runs again after a failure would be worse than a line in the log.
    private static void warn(String message, RuntimeException failure) {
        LOG.log(Level.WARNING, message, failure);
    }

    /// Waits for the app that is in hand.
    @Override
    public void close() {
        schedule.shutdownNow();
        schedule.close();
    }
}
