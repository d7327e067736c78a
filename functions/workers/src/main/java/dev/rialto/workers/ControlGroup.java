package dev.rialto.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The control group of one worker and of all that it starts: the kernel keeps them within its
/// limits, whatever they do.
///
/// @param folders one of version 2, or those of memory, pids and cpu of version 1
record ControlGroup(List<Path> folders, boolean unified) {
    private static final Logger LOG = Logger.getLogger(ControlGroup.class.getName());
    private static final long PERIOD_MICROS = 100_000;
    private static final int REMOVALS = 50;

    /// What all workers get of the processors when the server wants them, too: a fifth of the
    /// usual, as every call needs the server.
    private static final long WEIGHT = 20;

    /// The same in the units of version 1.
    private static final long SHARES = 204;

    /// What the kernel charges at once.
    private static final long UNCERTAIN = 1L << 20;

    /// Enters the groups named before `--`, then becomes the command. When the machine's memory is
    /// full, the kernel ends it before the server and its database.
    private static final String ENTER =
            "{ echo 500 > /proc/self/oom_score_adj; } 2> /dev/null; while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 126; shift; done; shift; exec \"$@\"";

    void create(IsolationLimits limits) throws IOException {
        for (Path each : folders) {
            Files.createDirectory(each);
        }
        long quota = Math.round(limits.processors() * PERIOD_MICROS);
        if (unified) {
            write("memory.max", limits.memory());
            write("memory.swap.max", 0);
            write("memory.oom.group", 1);
            write("pids.max", limits.processes());
            if (quota > 0) {
                Files.writeString(
                        folders.getFirst().resolve("cpu.max"), quota + " " + PERIOD_MICROS);
            }
        } else {
            write("memory.limit_in_bytes", limits.memory());
            // Memory and swap together, where swap is counted.
            write("memory.memsw.limit_in_bytes", limits.memory());
            write("pids.max", limits.processes());
            if (quota > 0) {
                write("cpu.cfs_period_us", PERIOD_MICROS);
                write("cpu.cfs_quota_us", quota);
            }
        }
    }

    /// Writes a file of the controller that has it; older kernels and smaller ones lack some.
    private void write(String file, long value) throws IOException {
        for (Path each : folders) {
            if (Files.exists(each.resolve(file))) {
                Files.writeString(each.resolve(file), Long.toString(value));
            }
        }
    }

    /// Makes it one that has others below it, which together keep within a limit.
    void createParent(long memory) throws IOException {
        for (Path each : folders) {
            Files.createDirectories(each);
        }
        if (unified) {
            for (String each : ControlGroups.CONTROLLERS) {
                Files.writeString(folders.getFirst().resolve("cgroup.subtree_control"), "+" + each);
            }
            write("memory.max", memory);
            write("memory.swap.max", 0);
            write("cpu.weight", WEIGHT);
        } else {
            write("memory.use_hierarchy", 1);
            write("cpu.shares", SHARES);
            write("memory.limit_in_bytes", memory);
            write("memory.memsw.limit_in_bytes", memory);
        }
    }

    /// A command that runs another one in a group, if there is one.
    static List<String> enter(Optional<ControlGroup> group, List<String> command) {
        List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", ENTER, "enter"));
        group.ifPresent(some ->
                some.folders.forEach(each -> all.add(each.resolve("cgroup.procs").toString())));
        all.add("--");
        all.addAll(command);
        return all;
    }

    /// Why the kernel has ended processes of a group for their memory.
    enum Kill {
        /// They took more than they may.
        OWN_LIMIT,
        /// All groups together did.
        LIMIT_OF_ALL;

        String text(IsolationLimits limits) {
            return switch (this) {
                case OWN_LIMIT -> "it took more than " + limits.memoryText() + " of memory";
                case LIMIT_OF_ALL -> "all isolated micro apps together took too much memory";
            };
        }
    }

    /// Why the kernel has ended processes of it, if it was for their memory.
    Optional<Kill> kill(IsolationLimits limits) {
        Path events = folders.getFirst().resolve(unified ? "memory.events" : "memory.oom_control");
        if (count(events, "oom_kill ") == 0) {
            return Optional.empty();
        }
        return Optional.of(hasReachedIts(limits) ? Kill.OWN_LIMIT : Kill.LIMIT_OF_ALL);
    }

    /// Whether its own limit was in the way, and not that of all.
    private boolean hasReachedIts(IsolationLimits limits) {
        Path memory = folders.getFirst();
        return unified
                ? count(memory.resolve("memory.events"), "oom ") > 0
                : count(memory.resolve("memory.max_usage_in_bytes"), "")
                        > limits.memory() - UNCERTAIN;
    }

    /// The number in a line of a file; 0 without it.
    private static long count(Path file, String start) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(start))
                    .mapToLong(line -> Long.parseLong(line.substring(start.length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException gone) {
            return 0;
        }
    }

    /// Ends what is left in it, and removes it.
    void delete() {
        folders.forEach(ControlGroup::remove);
    }

    static void remove(Path group) {
        try {
            for (int tries = 0; Files.exists(group) && !removed(group, tries); tries++) {
                for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
                Thread.sleep(20);
            }
        } catch (IOException busy) {
            log(group, busy);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Processes that were ended stay in their group for a moment.
    private static boolean removed(Path group, int tries) throws IOException {
        try {
            Files.delete(group);
            return true;
        } catch (IOException busy) {
            if (tries == REMOVALS) {
                throw busy;
            }
            return false;
        }
    }

    static void log(Path group, IOException failure) {
        LOG.log(Level.FINE, "can't remove the control group " + group, failure);
    }
}
