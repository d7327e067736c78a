package dev.rialto.backup;

import java.time.Duration;
import java.time.Instant;

/// Which of its backups a server restores elsewhere to check them.
public enum BackupChecking {
    /// None.
    OFF {
        @Override
        public boolean isDue(BackupKind made, BackupState state, Instant now) {
            return false;
        }
    },
    /// Each.
    EACH {
        @Override
        public boolean isDue(BackupKind made, BackupState state, Instant now) {
            return true;
        }
    },
    /// Those that have everything.
    FULL {
        @Override
        public boolean isDue(BackupKind made, BackupState state, Instant now) {
            return made == BackupKind.FULL;
        }
    },
    /// One each week, and the day after one that failed.
    WEEKLY {
        @Override
        public boolean isDue(BackupKind made, BackupState state, Instant now) {
            Duration pause = Duration.ofDays(state.check().defect().isPresent() ? 1 : 7);
            return state.check().tried().filter(last -> last.plus(pause).isAfter(now)).isEmpty();
        }
    };

    /// Whether the backup that was just made is to be checked.
    public abstract boolean isDue(BackupKind made, BackupState state, Instant now);
}
