package dev.rialto.store;

/// A version of Rialto, and the oldest one that may run on a database after it has upgraded it.
///
/// @param version such as `0.2.0`
/// @param oldestBeside such as `0.1.0`
public record Program(String version, String oldestBeside) {
    /// Older than all: for a database whose program does not matter.
    static final Program UNKNOWN = new Program("0", "0");

    public Program {
        if (DataVersion.compare(oldestBeside, version) > 0) {
            throw new IllegalArgumentException(
                    oldestBeside + " is newer than " + version + " itself");
        }
    }

    boolean isOlderThan(String other) {
        return DataVersion.compare(version, other) < 0;
    }
}
