package dev.rialto.server;

import dev.rialto.backup.BackupKind;
import dev.rialto.backup.BackupReport;
import dev.rialto.backup.BackupSettings;
import dev.rialto.backup.BackupState;
import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Timing;
import dev.rialto.store.DatabaseSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Makes the backups of the settings while the server runs. One that fails is logged and tried
/// again; nothing else stops for it.
final class ScheduledBackups implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ScheduledBackups.class.getName());
    private static final Duration RETRY = Duration.ofMinutes(5);

    private final BackupDesk desk;
    private final BackupSettings settings;
    private final DatabaseSettings database;
    private final Path data;
    private final InstantSource clock;
    private final Closing closing = new Closing(Timing.SYSTEM);
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile BackupState state;
    private final Thread thread;

    private ScheduledBackups(ServerSettings all, Storage storage, InstantSource clock) {
        this.desk = new BackupDesk(all);
        this.settings = all.backup();
        this.database = storage.settings();
        this.data = storage.folder();
        this.clock = clock;
        this.state = BackupState.read(data);
        this.thread = Thread.ofVirtual().name("backups").unstarted(this::run);
    }

    /// Begins, if the settings name a target.
    ///
    /// @throws dev.rialto.kernel.SetupException when this server's database can't be backed up
    static Optional<ScheduledBackups> start(
            ServerSettings all, Storage storage, InstantSource clock) {
        if (all.backup().target().isEmpty()) {
            return Optional.empty();
        }
        BackupDesk.requireEmbedded(all);
        var backups = new ScheduledBackups(all, storage, clock);
        backups.thread.start();
        return Optional.of(backups);
    }

    private void run() {
        try {
            Duration pause = untilDue();
            while (!closing.await(pause)) {
                pause = backUp() ? untilDue() : shorter(RETRY, settings.every());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration untilDue() {
        return state.succeeded()
                .map(last -> Duration.between(clock.instant(), last.plus(settings.every())))
                // A clock that was set back must not hold backups off for long.
                .map(wait -> shorter(wait, settings.every()))
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean backUp() {
        try {
            BackupReport report = desk.backUp(database, Optional.empty(), isFullDue());
            state = BackupState.read(data);
            made.incrementAndGet();
            LOG.log(Level.FINE, "made the backup {0}", report.id());
            if (report.kind() == BackupKind.FULL) {
                desk.removeOld(Optional.empty(), settings.keep());
            }
            return true;
        } catch (RuntimeException failure) {
            if (closing.hasBegun()) {
                return false;
            }
            failures.incrementAndGet();
            // No backup is what nobody notices until it is needed.
            LOG.log(
                    Level.SEVERE,
                    "A scheduled backup failed: "
                            + failure.getMessage()
                            + ". The last good one is of "
                            + state.succeeded().map(Instant::toString).orElse("never")
                            + ".",
                    failure);
            return false;
        }
    }

    private boolean isFullDue() {
        return state.full()
                .filter(last -> last.plus(settings.fullEvery()).isAfter(clock.instant()))
                .isEmpty();
    }

    /// Shows operators how backups go.
    void measure(Gauges gauges) {
        gauges.gauge(
                "rialto.backup.age.seconds",
                "How old the last good backup is; NaN when there is none",
                () ->
                        state.succeeded()
                                .map(last ->
                                        Duration.between(last, clock.instant()).toMillis() / 1e3)
                                .orElse(Double.NaN));
        gauges.count("rialto.backup.made", "Scheduled backups that were made", made::get);
        gauges.count("rialto.backup.failures", "Scheduled backups that failed", failures::get);
    }

    /// Gives up the backup in hand, which may have hours to go: it is due again at the next start.
    @Override
    public void close() {
        closing.begin();
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
