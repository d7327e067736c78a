package dev.rialto.transfer;

/// How far a file has been imported.
///
/// @param read rows of the file that are done
/// @param rejectedBytes length of the report of rejected rows
/// @param done whether that was the whole file
record ImportState(
        long read, long written, long skipped, long rejected, long rejectedBytes, boolean done) {
    static final ImportState START = new ImportState(0, 0, 0, 0, 0, false);
}
