package dev.rialto.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /// Enters the groups named before `--`, then becomes the command.
    private static final String ENTER =
            "while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 126; shift; done; shift; exec \"$@\"";

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

    /// A command that runs another one in the group.
    List<String> enter(List<String> command) {
        List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", ENTER, "enter"));
        folders.forEach(each -> all.add(each.resolve("cgroup.procs").toString()));
        all.add("--");
        all.addAll(command);
        return all;
    }

    /// Whether the kernel has ended processes of it for their memory.
    boolean ranOutOfMemory() {
        Path events = folders.getFirst().resolve(unified ? "memory.events" : "memory.oom_control");
        try {
            return Files.readAllLines(events).stream()
                    .filter(line -> line.startsWith("oom_kill "))
                    .anyMatch(line -> !line.endsWith(" 0"));
        } catch (IOException gone) {
            return false;
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
