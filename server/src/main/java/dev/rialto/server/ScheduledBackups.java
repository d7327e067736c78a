package dev.rialto.server;

import dev.rialto.backup.BackupChecking;
import dev.rialto.backup.BackupKind;
import dev.rialto.backup.BackupReport;
import dev.rialto.backup.BackupSettings;
import dev.rialto.backup.BackupState;
import dev.rialto.backup.Verification;
import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Timing;
import dev.rialto.store.DatabaseSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Makes the backups of the settings while the server runs, and restores them to check them. One
/// that fails is logged and tried again; nothing else stops for it.
final class ScheduledBackups implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ScheduledBackups.class.getName());
    private static final Duration RETRY = Duration.ofMinutes(5);

    private final Work work;
    private final BackupSettings settings;
    private final Path data;
    private final InstantSource clock;
    private final Closing closing = new Closing(Timing.SYSTEM);
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong checks = new AtomicLong();
    private final AtomicLong defects = new AtomicLong();
    private volatile BackupState state;
    private final Thread thread;

    /// What is done at a time of the schedule.
    interface Work {
        /// Removes what the check of a killed server left.
        void clear();

        BackupReport backUp(boolean full);

        /// @throws RuntimeException when the last backup can't be restored or is not good
        Verification.Report check();

        void removeOld();
    }

    private record DeskWork(BackupDesk desk, DatabaseSettings database, int keep) implements Work {
        @Override
        public void clear() {
            desk.scratch().clear();
        }

        @Override
        public BackupReport backUp(boolean full) {
            return desk.backUp(database, Optional.empty(), full);
        }

        @Override
        public Verification.Report check() {
            return desk.check();
        }

        @Override
        public void removeOld() {
            desk.removeOld(Optional.empty(), keep);
        }
    }

    ScheduledBackups(Work work, BackupSettings settings, Path data, InstantSource clock) {
        this.work = work;
        this.settings = settings;
        this.data = data;
        this.clock = clock;
        this.state = BackupState.read(data);
        this.thread = Thread.ofVirtual().name("backups").unstarted(this::run);
    }

    /// Prepares them, if the settings name a target; [#begin] begins.
    ///
    /// @throws dev.rialto.kernel.SetupException when this server's database can't be backed up
    static Optional<ScheduledBackups> prepare(
            ServerSettings all, Storage storage, InstantSource clock) {
        if (all.backup().target().isEmpty()) {
            return Optional.empty();
        }
        BackupDesk.requireEmbedded(all);
        BackupSettings settings = all.backup();
        var work = new DeskWork(new BackupDesk(all), storage.settings(), settings.keep());
        return Optional.of(new ScheduledBackups(work, settings, storage.folder(), clock));
    }

    void begin() {
        thread.start();
    }

    private void run() {
        try {
            removeWhatAKilledServerLeft();
            Duration pause = untilDue();
            while (!closing.await(pause)) {
                pause = backUp() ? untilDue() : shorter(RETRY, settings.schedule().every());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeWhatAKilledServerLeft() {
        try {
            work.clear();
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    "What an interrupted check of a backup left could not be removed.",
                    failure);
        }
    }

    private Duration untilDue() {
        return settings.schedule().untilNext(state.succeeded(), state.full(), clock.instant());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean backUp() {
        BackupReport report;
        try {
            boolean full = settings.schedule().isFullDue(state.full(), clock.instant());
            report = work.backUp(full);
            state = BackupState.read(data);
        } catch (RuntimeException failure) {
            if (!closing.hasBegun()) {
                noteFailure(failure);
            }
            return false;
        }
        made.incrementAndGet();
        LOG.log(Level.FINE, "made the backup {0}", report.id());
        // Before older backups go.
        Outcome outcome = check(report);
        if (report.kind() == BackupKind.FULL && outcome.allowsRemoving() && !hasDefect()) {
            removeOld();
        }
        return true;
    }

    private void noteFailure(RuntimeException failure) {
        failures.incrementAndGet();
        BackupState.noteFailure(data, failure);
        state = state.afterFailure(String.valueOf(failure.getMessage()));
        // No backup is what nobody notices until it is needed.
        LOG.log(
                Level.SEVERE,
                "A scheduled backup failed: "
                        + failure.getMessage()
                        + ". The last good one is of "
                        + state.succeeded().map(Instant::toString).orElse("never")
                        + ".",
                failure);
    }

    /// The backup in hand is good, whatever becomes of older ones.
    private void removeOld() {
        try {
            work.removeOld();
        } catch (RuntimeException failure) {
            if (!closing.hasBegun()) {
                LOG.log(
                        Level.WARNING,
                        "Old backups could not be removed, which is tried again after the next"
                                + " full one: "
                                + failure.getMessage(),
                        failure);
            }
        }
    }

    /// What the check of a backup says about those before it.
    private enum Outcome {
        NOT_DUE,
        GOOD,
        DEFECT,
        INTERRUPTED;

        boolean allowsRemoving() {
            return this == NOT_DUE || this == GOOD;
        }
    }

    /// What restoring finds wrong is as bad as no backup, but a further one would not mend it.
    private Outcome check(BackupReport made) {
        Instant begun = clock.instant();
        if (!settings.checking().isDue(made.kind(), state, begun)) {
            return Outcome.NOT_DUE;
        }
        Optional<String> defect = Optional.empty();
        try {
            Verification.Report report = work.check();
            LOG.log(
                    Level.INFO,
                    "The backup {0} was restored and checked: {1} rows in {2} tables and {3} indexes"
                            + " are good.",
                    new Object[] {made.id(), report.rows(), report.tables(), report.indexes()});
        } catch (RuntimeException failure) {
            if (closing.hasBegun()) {
                return Outcome.INTERRUPTED;
            }
            defects.incrementAndGet();
            defect = Optional.of(String.valueOf(failure.getMessage()));
            LOG.log(
                    Level.SEVERE,
                    "The check of the backup " + made.id() + " failed: " + failure.getMessage(),
                    failure);
        }
        checks.incrementAndGet();
        noteCheck(begun, defect);
        return defect.isPresent() ? Outcome.DEFECT : Outcome.GOOD;
    }

    /// A note that can't be kept holds while the server runs: the next check is made too early
    /// after a restart, which harms nothing.
    private void noteCheck(Instant begun, Optional<String> defect) {
        state = state.afterCheck(begun, defect);
        try {
            BackupState.checked(data, begun, defect);
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    "The result of checking a backup could not be written to " + data + ".",
                    failure);
        }
    }

    /// One that was found before checks were turned off may be mended.
    private boolean hasDefect() {
        return settings.checking() != BackupChecking.OFF && state.check().defect().isPresent();
    }

    /// What is to be looked after, in words that say nothing of what is inside.
    Map<String, String> warnings() {
        Map<String, String> warnings = new LinkedHashMap<>();
        if (state.failure().isPresent()) {
            warnings.put("backup", "the last scheduled backup failed");
        }
        if (hasDefect()) {
            warnings.put("backupCheck", "the last check of a backup failed");
        }
        return warnings;
    }

    /// Shows operators how backups go.
    void measure(Gauges gauges) {
        gauges.gauge(
                "rialto.backup.age.seconds",
                "How old the last good backup is; NaN when there is none",
                () -> age(state.succeeded()));
        gauges.gauge(
                "rialto.backup.check.age.seconds",
                "How long ago a backup was restored and found good; NaN when none was",
                () -> age(state.check().good()));
        gauges.count("rialto.backup.made", "Scheduled backups that were made", made::get);
        gauges.count("rialto.backup.failures", "Scheduled backups that failed", failures::get);
        gauges.count(
                "rialto.backup.checks", "Backups that were restored to check them", checks::get);
        gauges.count("rialto.backup.defects", "Checks of backups that failed", defects::get);
    }

    private double age(Optional<Instant> time) {
        return time.map(each -> Duration.between(each, clock.instant()).toMillis() / 1e3)
                .orElse(Double.NaN);
    }

    /// Gives up the backup in hand, which may have hours to go: it is due again at the next start.
    @Override
    public void close() {
        closing.begin();
        thread.interrupt();
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
