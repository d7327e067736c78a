package dev.rialto.server;

import dev.rialto.backup.Backup;
import dev.rialto.backup.BackupJob;
import dev.rialto.backup.BackupReport;
import dev.rialto.backup.BackupSettings;
import dev.rialto.backup.BackupState;
import dev.rialto.backup.BackupTarget;
import dev.rialto.backup.Encryption;
import dev.rialto.backup.Restore;
import dev.rialto.backup.Retention;
import dev.rialto.backup.ScratchFolder;
import dev.rialto.backup.Targets;
import dev.rialto.backup.Verification;
import dev.rialto.files.FilesPlace;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataVersion;
import dev.rialto.store.DatabaseSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Backups of this server's data, for commands and for the schedule.
public final class BackupDesk {
    private final ServerSettings all;
    private final BackupSettings settings;

    public BackupDesk(ServerSettings all) {
        this.all = all;
        this.settings = all.backup();
    }

    /// Makes a backup, next to the server that runs or without one.
    ///
    /// @param place where to; empty for the target of the settings
    public BackupReport backUp(Optional<String> place, boolean full) {
        requireEmbedded(all);
        place(place);
        if (Files.notExists(all.data().resolve("postgres"))) {
            throw new SetupException("there is no data in " + all.data());
        }
        try (var opened = Storage.embeddedFor(all.data())) {
            return backUp(opened.settings(), place, full);
        } catch (RuntimeException failure) {
            if (isOfSettings(place(place))) {
                BackupState.noteFailure(all.data(), failure);
            }
            throw failure;
        }
    }

    /// Makes a backup of the PostgreSQL that runs in the data folder. The caller notes a failure.
    BackupReport backUp(DatabaseSettings database, Optional<String> place, boolean full) {
        String where = place(place);
        boolean scheduled = isOfSettings(where);
        try (BackupTarget target = Targets.writable(where, settings.s3(), all.data())) {
            Encryption encryption = settings.protection().encryption(target);
            BackupReport report = Backup.run(job(scheduled, encryption), database, target, full);
            if (scheduled) {
                BackupState.succeeded(all.data(), report);
            }
            return report;
        }
    }

    private BackupJob job(boolean scheduled, Encryption encryption) {
        return new BackupJob(
                all.data().toAbsolutePath().normalize(),
                all.files().folder().toAbsolutePath().normalize(),
                // That of the data: before an upgrade the older program can restore it.
                DataVersion.read(all.data()).orElseGet(Version::current),
                encryption,
                settings.protection().secrets(),
                scheduled);
    }

    /// How many full backups the settings keep at their target.
    ///
    /// @param place empty means that target
    public Optional<Integer> keep(Optional<String> place) {
        return isOfSettings(place(place)) ? Optional.of(settings.keep()) : Optional.empty();
    }

    /// @return how many backups were removed
    public int removeOld(Optional<String> place, int keep) {
        try (BackupTarget target = Targets.writable(place(place), settings.s3(), all.data())) {
            return Retention.keep(target, keep);
        }
    }

    /// The backups at a target, the oldest first.
    public List<Backup.Listed> list(Optional<String> place) {
        try (BackupTarget target = Targets.existing(place(place), settings.s3())) {
            return Backup.list(target);
        }
    }

    /// Makes the data folder of backups.
    ///
    /// @param identity the file of a private key
    /// @param replace whether a data folder that is there is moved aside
    public Restore.Report restore(
            Optional<String> place,
            Restore.Wanted wanted,
            Optional<Path> identity,
            boolean replace) {
        return restore(place, wanted, identity, all.data(), replace);
    }

    private Restore.Report restore(
            Optional<String> place,
            Restore.Wanted wanted,
            Optional<Path> identity,
            Path data,
            boolean replace) {
        try (BackupTarget target = Targets.existing(place(place), settings.s3())) {
            return Restore.run(
                    target,
                    settings.protection().identities(target, identity),
                    wanted,
                    data,
                    Version.current(),
                    replace);
        }
    }

    /// Restores the last backup into a temporary folder and checks it.
    ///
    /// @param in where the folder is made; empty for the system's place
    public Verification.Report verify(
            Optional<String> place, Optional<Path> identity, Optional<Path> in) {
        return Verification.inTemporaryFolder(in, data -> restoreAndCheck(place, identity, data));
    }

    private Verification.Report restoreAndCheck(
            Optional<String> place, Optional<Path> identity, Path data) {
        restore(place, Restore.Wanted.last(), identity, data, false);
        return Verification.of(data);
    }

    /// Where a server restores its own backups to check them.
    ScratchFolder scratch() {
        return new ScratchFolder(
                settings.checkIn()
                        .orElse(all.data())
                        .toAbsolutePath()
                        .normalize()
                        .resolve("backup-check"));
    }

    /// Restores the last backup at the target of the settings and checks it.
    ///
    /// @throws SetupException when it can't be restored or is not good
    Verification.Report check() {
        List<Path> copied =
                Stream.of(all.data().resolve("postgres"), all.files().folder())
                        .filter(Files::exists)
                        .toList();
        Verification.Report report =
                scratch()
                        .with(
                                ScratchFolder.sizeOf(copied),
                                data -> restoreAndCheck(Optional.empty(), Optional.empty(), data));
        if (!report.problems().isEmpty()) {
            throw new SetupException(
                    "the restored database is damaged: " + String.join("; ", report.problems()));
        }
        return report;
    }

    private String place(Optional<String> place) {
        return place.or(settings::target)
                .orElseThrow(() ->
                        new SetupException(
                                "give the target, or set backup.target: a folder, best on"
                                        + " another disk"));
    }

    private boolean isOfSettings(String place) {
        return settings.target().filter(place::equals).isPresent();
    }

    private static String files(FilesPlace place) {
        return switch (place.kind()) {
            case FOLDER -> ", and after it the folder of files " + place.folder();
            case DATABASE -> ", which has the files, too";
        };
    }

    /// Physical backups need the files of the database.
    static void requireEmbedded(ServerSettings all) {
        if (all.database().address().isPresent()) {
            throw new SetupException(
                    "Rialto backs up its embedded PostgreSQL only; this server uses another one"
                            + " (database.url): back that up with its own tools, such as pg_dump or"
                            + " pgBackRest"
                            + files(all.files()));
        }
    }
}
