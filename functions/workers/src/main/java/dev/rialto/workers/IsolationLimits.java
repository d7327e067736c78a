package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Settings;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What one process of a micro app may use.
///
/// @param memory in bytes, the heap, code and stacks of all its processes together
/// @param processes how many processes and threads it may have
/// @param scratch how much it may write to its temporary folder, in bytes
/// @param cpus how many processors it may keep busy, in hundredths; 0 for all
public record IsolationLimits(long memory, int processes, long scratch, int cpus) {
    private static final long MIN_MEMORY = 96L << 20;
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
                    "functions.isolated.cpus must be 0 or at least 5 (% of a processor)");
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
    /// @throws RefusedException when it asks for more than the operator allows, or for too little
    IsolationLimits declaredBy(Artifact artifact) {
        JsonNode declared = Json.read(artifact.files().get(Artifact.DESCRIPTOR)).path("limits");
        if (declared.isMissingNode()) {
            return this;
        }
        List<Problem> problems = new ArrayList<>();
        if (!(declared instanceof ObjectNode)) {
            problems.add(problem("\"limits\" is not a JSON object"));
        }
        long megabytes =
                number(
                        declared,
                        "memoryMegabytes",
                        MIN_MEMORY >> MEGABYTE,
                        memory >> MEGABYTE,
                        problems);
        long threads = number(declared, "processes", MIN_PROCESSES, processes, problems);
        long disk =
                number(
                        declared,
                        "diskMegabytes",
                        MIN_SCRATCH >> MEGABYTE,
                        scratch >> MEGABYTE,
                        problems);
        long share =
                number(
                        declared,
                        "cpuPercent",
                        MIN_CPUS,
                        cpus == 0 ? Integer.MAX_VALUE : cpus,
                        problems);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return new IsolationLimits(
                megabytes << MEGABYTE,
                (int) threads,
                disk << MEGABYTE,
                declared.has("cpuPercent") ? (int) share : cpus);
    }

    private static long number(
            JsonNode declared, String key, long least, long most, List<Problem> problems) {
        JsonNode value = declared.path(key);
        if (value.isMissingNode()) {
            return most;
        }
        if (!value.isIntegralNumber() || value.asLong(-1) < least || value.asLong(-1) > most) {
            problems.add(
                    problem(
                            "\"limits."
                                    + key
                                    + "\" is not a number from "
                                    + least
                                    + " to "
                                    + most));
            return least;
        }
        return value.longValue();
    }

    private static Problem problem(String message) {
        return new Problem(Artifact.DESCRIPTOR, 0, 0, message);
    }

    /// As messages show it.
    String memoryText() {
        return (memory >> MEGABYTE) + " MB";
    }

    double processors() {
        return cpus / HUNDRED;
    }
}
