package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.kernel.Settings;

/// What one process of a micro app may use.
///
/// @param memory in bytes, the heap, code and stacks of all its processes together
/// @param processes how many processes and threads it may have
/// @param scratch how much it may write to its temporary folder, in bytes
/// @param cpus how many processors it may keep busy, in hundredths; 0 for all
public record IsolationLimits(long memory, int processes, long scratch, int cpus) {
    static final long MIN_MEMORY = 96L << 20;
    private static final int MIN_PROCESSES = 64;
    private static final long MIN_SCRATCH = 1L << 20;
    private static final int MIN_CPUS = 5;
    private static final int MEGABYTE = 20;
    private static final double HUNDRED = 100;

    public IsolationLimits {
        if (memory < MIN_MEMORY) {
            throw new IllegalArgumentException("functions.isolated.memory must be at least 96 MB");
        }
        if (processes < MIN_PROCESSES) {
            throw new IllegalArgumentException("functions.isolated.processes must be at least 64");
        }
        if (scratch < MIN_SCRATCH) {
            throw new IllegalArgumentException("functions.isolated.scratch must be at least 1 MB");
        }
        if (cpus != 0 && cpus < MIN_CPUS) {
            throw new IllegalArgumentException(
                    "functions.isolated.cpus must be 0 or at least 5 percent of a processor");
        }
    }

    static IsolationLimits defaults() {
        return new IsolationLimits(384L << 20, 512, 64L << 20, 0);
    }

    static IsolationLimits read(Settings in) {
        IsolationLimits standard = defaults();
        long memory = in.bytes("functions.isolated.memory", standard.memory());
        int processes = in.integer("functions.isolated.processes", standard.processes());
        long scratch = in.bytes("functions.isolated.scratch", standard.scratch());
        int cpus = in.integer("functions.isolated.cpus", standard.cpus());
        return in.build(standard, () -> new IsolationLimits(memory, processes, scratch, cpus));
    }

    /// What a micro app asks for in place of the operator's limits, in `limits` of its descriptor.
    ///
    /// @throws dev.rialto.functions.spi.RefusedException when it asks for more than the operator
    ///   allows, or for too little
    public IsolationLimits declaredBy(Artifact artifact) {
        var declared = new DeclaredNumbers(artifact, "limits");
        long most = memory >> MEGABYTE;
        long disk = scratch >> MEGABYTE;
        long allCpus = cpus == 0 ? Integer.MAX_VALUE : cpus;
        long megabytes = declared.number("memoryMegabytes", MIN_MEMORY >> MEGABYTE, most, most);
        long threads = declared.number("processes", MIN_PROCESSES, processes, processes);
        long written = declared.number("diskMegabytes", MIN_SCRATCH >> MEGABYTE, disk, disk);
        long share = declared.number("cpuPercent", MIN_CPUS, allCpus, cpus);
        declared.require();
        return new IsolationLimits(
                megabytes << MEGABYTE, (int) threads, written << MEGABYTE, (int) share);
    }

    /// As messages show it.
    public String memoryText() {
        return (memory >> MEGABYTE) + " MB";
    }

    double processors() {
        return cpus / HUNDRED;
    }
}
