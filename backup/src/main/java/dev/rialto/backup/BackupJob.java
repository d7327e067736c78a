package dev.rialto.backup;

import java.nio.file.Path;

/// What is backed up, and how.
///
/// @param data the data folder
/// @param files where uploaded files are
/// @param program the version of the program that wrote the data
/// @param encryption of everything but the list of backups
/// @param secrets whether the keys in the data folder are included
/// @param keepsLog whether PostgreSQL keeps its log for the next backup, which then needs only that
public record BackupJob(
        Path data,
        Path files,
        String program,
        Encryption encryption,
        boolean secrets,
        boolean keepsLog) {
    public BackupJob {
        if (secrets && !encryption.isOn()) {
            throw new IllegalArgumentException(
                    "backups that include secrets must be encrypted: give backup.recipients");
        }
    }

    Path cluster() {
        return data.resolve(ClusterCopy.NAME);
    }

    Path log() {
        return cluster().resolve("pg_wal");
    }
}
