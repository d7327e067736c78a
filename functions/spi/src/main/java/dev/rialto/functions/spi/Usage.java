package dev.rialto.functions.spi;

/// What a call cost.
///
/// @param cpuNanos processor time; 0 when the runtime can't tell
/// @param allocatedBytes 0 when the runtime can't tell
public record Usage(long cpuNanos, long allocatedBytes) {
    public static final Usage UNKNOWN = new Usage(0, 0);
}
