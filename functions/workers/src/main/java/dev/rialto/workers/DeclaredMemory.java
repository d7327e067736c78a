package dev.rialto.workers;

import com.sun.management.OperatingSystemMXBean;
import dev.rialto.kernel.Settings;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The memory of this machine that all workers together may use. Where the kernel keeps them within
/// it, they may declare more, as most use less than they may.
public final class DeclaredMemory {
    private static final String SETTING = "functions.isolated.total-memory";

    /// The share of the machine's memory that is left to the server, its database and others.
    private static final int SHARE = 2;

    private final long max;
    private long declared;
    private boolean kept;
    private Optional<ControlGroups> groups = Optional.empty();
    private boolean searched;
    private final Set<Capacity.Holder> holders = new LinkedHashSet<>();

    /// @param max in bytes
    public DeclaredMemory(long max) {
        this.max = max;
    }

    /// Half of the memory of the machine, or of the container.
    static DeclaredMemory ofMachine() {
        var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new DeclaredMemory(machine.getTotalMemorySize() / SHARE);
    }

    /// Reads the operator's setting.
    ///
    /// @param ofIsolated what an isolated process may use
    /// @param ofHosted what one that hosts may use
    /// @return in bytes
    public static long read(Settings in, long ofIsolated, long ofHosted) {
        long largest = Math.max(ofIsolated, ofHosted);
        long total = in.bytes(SETTING).orElse(Math.max(ofMachine().max(), largest));
        if (total < largest) {
            in.problem(
                    SETTING
                            + " must be at least functions.isolated.memory and"
                            + " functions.hosted.memory");
        }
        return total;
    }

    /// In bytes.
    long max() {
        return max;
    }

    /// The control groups that keep all workers within it; empty where none can be made.
    synchronized Optional<ControlGroups> groups() {
        if (!searched) {
            searched = true;
            groups = ControlGroups.find(max);
            groups.ifPresent(_ -> keptByKernel());
        }
        return groups;
    }

    /// The kernel keeps all workers within it.
    synchronized void keptByKernel() {
        kept = true;
    }

    /// Whether a process may ever use so much.
    synchronized boolean canFit(long bytes) {
        return kept || bytes <= max;
    }

    /// Declares what a process may use.
    ///
    /// @return false when there is not so much left
    synchronized boolean tryTake(Capacity.Holder holder) {
        long bytes = holder.memory();
        if (!kept && declared + bytes > max) {
            return false;
        }
        declared += bytes;
        holders.add(holder);
        return true;
    }

    /// Whoever has declared some, in whichever capacity.
    synchronized List<Capacity.Holder> holders() {
        return List.copyOf(holders);
    }

    synchronized void forget(Capacity.Holder holder) {
        holders.remove(holder);
    }

    synchronized void give(long bytes) {
        declared -= bytes;
    }
}
