package dev.rialto.backup;

import java.time.Duration;
import java.time.Instant;

/// A backup that was made.
///
/// @param ended every write up to this time is in it
/// @param stored bytes that were written to the target
/// @param files how many units of files it has, and how many of them were new to the target
public record BackupReport(
        String id, BackupKind kind, Instant ended, long stored, Files files, Duration took) {
    /// @param all how many there are
    /// @param stored how many were written
    /// @param bytes of those
    public record Files(int all, int stored, long bytes) {}
}
