package dev.rialto.functions.spi;

import java.time.Instant;
import java.util.List;

/// What a revision occupies on this node.
///
/// @param instances the processes that run it; none when it runs in the server's own
/// @param waiting calls that wait for a process
/// @param started how many processes were started for it since it was loaded
public record Occupancy(List<Instance> instances, int waiting, long started) {
    /// Of a revision that runs in the server's own process.
    public static final Occupancy NONE = new Occupancy(List.of(), 0, 0);

    public Occupancy {
        instances = List.copyOf(instances);
    }

    /// A process.
    ///
    /// @param name what the machine knows it by, such as its process id
    /// @param running calls that it runs
    /// @param memory that it uses, in bytes
    /// @param cpuNanos processor time that it has used
    public record Instance(String name, Instant since, int running, long memory, long cpuNanos) {}
}
