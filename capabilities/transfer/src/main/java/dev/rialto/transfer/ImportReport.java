package dev.rialto.transfer;

/// What came of an import.
///
/// @param read rows in the file
/// @param written rows that became objects
/// @param skipped rows whose object existed already
/// @param rejected rows that are in the report of rejected rows
/// @param resumedAfter rows that an earlier, interrupted run had done; they are in the other counts
/// @param alreadyDone whether there was nothing to do: this file had been imported before
public record ImportReport(
        long read,
        long written,
        long skipped,
        long rejected,
        long resumedAfter,
        boolean alreadyDone) {}
