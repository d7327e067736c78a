package dev.rialto.backup;

import java.util.Locale;

/// What a backup has of the database.
public enum BackupKind {
    /// All of it.
    FULL,
    /// What was written since the backup before.
    INCREMENT;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static BackupKind of(String text) {
        for (BackupKind each : values()) {
            if (each.text().equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("not a kind of backup: " + text);
    }
}
