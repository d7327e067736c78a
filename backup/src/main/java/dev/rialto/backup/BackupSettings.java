package dev.rialto.backup;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where backups go, when, and how many are kept.
///
/// @param target empty for no scheduled backups
/// @param every how often what was written since is added
/// @param fullEvery how often everything is copied
/// @param keep how many full backups are kept, with their increments
/// @param recipients public keys of age that backups are encrypted to
/// @param secrets whether the keys in the data folder are included
/// @param s3 for targets in buckets
public record BackupSettings(
        Optional<String> target,
        Duration every,
        Duration fullEvery,
        int keep,
        List<String> recipients,
        boolean secrets,
        S3Settings s3) {
    public BackupSettings {
        if (every.compareTo(Duration.ofSeconds(1)) < 0 || fullEvery.compareTo(every) < 0) {
            throw new IllegalArgumentException(
                    "backup.every must be at least 1s, and backup.full-every not shorter");
        }
        if (keep < 1) {
            throw new IllegalArgumentException("backup.keep must be at least 1");
        }
        recipients = List.copyOf(recipients);
        if (secrets && recipients.isEmpty()) {
            throw new IllegalArgumentException(
                    "backup.include-secrets needs backup.recipients: secrets are only backed up"
                            + " encrypted");
        }
        Encryption.to(recipients);
    }

    public static BackupSettings defaults() {
        return new BackupSettings(
                Optional.empty(),
                Duration.ofMinutes(15),
                Duration.ofDays(1),
                7,
                List.of(),
                false,
                S3Settings.defaults());
    }

    /// Reads what the operator has set.
    public static BackupSettings read(Settings in) {
        BackupSettings standard = defaults();
        Optional<String> target = in.text("backup.target");
        Duration every = in.duration("backup.every", standard.every());
        Duration fullEvery = in.duration("backup.full-every", standard.fullEvery());
        int keep = in.integer("backup.keep", standard.keep());
        List<String> recipients = in.list("backup.recipients", standard.recipients());
        boolean secrets = in.yes("backup.include-secrets", standard.secrets());
        S3Settings s3 = S3Settings.read(in);
        return in.build(
                standard,
                () -> new BackupSettings(target, every, fullEvery, keep, recipients, secrets, s3));
    }
}
