package dev.rialto.backup;

import dev.rialto.kernel.Settings;
import java.nio.file.Path;
import java.util.Optional;

/// Where backups go, when, who can read them, and how many are kept.
///
/// @param target empty for no scheduled backups
/// @param keep how many full backups are kept, with their increments
/// @param checking which of the scheduled backups are restored to check them
/// @param checkIn where they are restored; empty for the data folder
/// @param s3 for targets in buckets
public record BackupSettings(
        Optional<String> target,
        BackupSchedule schedule,
        BackupProtection protection,
        int keep,
        BackupChecking checking,
        Optional<Path> checkIn,
        S3Settings s3) {
    public BackupSettings {
        if (keep < 1) {
            throw new IllegalArgumentException("backup.keep must be at least 1");
        }
        if (checking != BackupChecking.OFF && !protection.canRead()) {
            throw new IllegalArgumentException(
                    "backup.verify needs to read backups, which can't be done with"
                            + " backup.recipients alone: remove it and run ./rialto backup verify"
                            + " --identity on another machine");
        }
    }

    public static BackupSettings defaults() {
        return new BackupSettings(
                Optional.empty(),
                BackupSchedule.defaults(),
                BackupProtection.none(),
                7,
                BackupChecking.OFF,
                Optional.empty(),
                S3Settings.defaults());
    }

    /// Reads what the operator has set.
    public static BackupSettings read(Settings in) {
        BackupSettings standard = defaults();
        Optional<String> target = in.text("backup.target");
        BackupSchedule schedule = BackupSchedule.read(in);
        BackupProtection protection = BackupProtection.read(in);
        int keep = in.integer("backup.keep", standard.keep());
        BackupChecking checking =
                in.choice("backup.verify", BackupChecking.class, standard.checking());
        Optional<Path> checkIn = in.text("backup.verify-in").map(Path::of);
        S3Settings s3 = S3Settings.read(in);
        return in.build(
                standard,
                () ->
                        new BackupSettings(
                                target, schedule, protection, keep, checking, checkIn, s3));
    }
}
