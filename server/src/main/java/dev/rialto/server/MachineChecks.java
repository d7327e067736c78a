package dev.rialto.server;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The doctor's checks of the machine: its disk, its memory, how many files may be open.
record MachineChecks(ServerSettings all, boolean embedded) {
    private static final long MIN_FREE = 1L << 30;
    private static final int MIN_FILES = 4096;

    /// What Java uses besides its heap, and what PostgreSQL uses: docs/installing.md.
    private static final long JAVA = 250L << 20;

    private static final long POSTGRESQL = 200L << 20;

    /// Of the machine's memory, without the setting.
    private static final int SHARE = 4;

    List<Finding> run() {
        return Stream.of(Optional.of(disk()), Optional.of(memory()), openFiles())
                .flatMap(Optional::stream)
                .toList();
    }

    private Finding disk() {
        try {
            FileStore store = Files.getFileStore(all.data());
            long free = store.getUsableSpace();
            String text = (free >> 20) + " MB of " + (store.getTotalSpace() >> 20) + " MB are free";
            return free < MIN_FREE || free < store.getTotalSpace() / 20
                    ? Finding.warning(
                            "disk",
                            text
                                    + ": make room before PostgreSQL stops; see also the lines about"
                                    + " the log and leftovers")
                    : Finding.ok("disk", text);
        } catch (IOException failure) {
            return Finding.problem("disk", "can't be read: " + failure.getMessage());
        }
    }

    private Finding memory() {
        var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return memory(all.memory(), machine.getTotalMemorySize(), embedded);
    }

    /// @param setting how large Java's heap may become
    /// @param machine what the machine has, or the container or unit that limits this process
    static Finding memory(Optional<Long> setting, long machine, boolean embedded) {
        long heap = setting.orElse(machine / SHARE);
        long needed = heap + JAVA + (embedded ? POSTGRESQL : 0);
        String text =
                "the server may use "
                        + (needed >> 20)
                        + " MB of "
                        + (machine >> 20)
                        + ", "
                        + (heap >> 20)
                        + " of it for Java's heap";
        if (needed <= machine) {
            return Finding.ok("memory", text);
        }
        return setting.isPresent()
                ? Finding.problem(
                        "memory",
                        text
                                + ": lower the setting memory to a third of the machine's, or the system"
                                + " ends the server or PostgreSQL when it has no more")
                : Finding.warning(
                        "memory", text + ": a machine with 1 GB or more is needed for a server");
    }

    /// Those of the server's process if it runs and may be seen, or of this one, which stands for
    /// the server's if both are started alike.
    private Optional<Finding> openFiles() {
        Optional<String> server = AddressFile.process(all.data()).flatMap(MachineChecks::limit);
        return server.isPresent()
                ? server.map(limit -> openFiles("the server", limit))
                : limit(ProcessHandle.current().pid()).map(limit -> openFiles("a process", limit));
    }

    private static Optional<String> limit(long process) {
        Path limits = Path.of("/proc", String.valueOf(process), "limits");
        if (!Files.isReadable(limits)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(limits)) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .findFirst()
                    // The JVM raises the soft limit to the hard one.
                    .map(line -> line.split("\\s{2,}", -1)[2]);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    static Finding openFiles(String who, String hard) {
        boolean few = hard.matches("\\d{1,9}") && Integer.parseInt(hard) < MIN_FILES;
        String text = who + " may have " + hard;
        return few
                ? Finding.warning(
                        "open files",
                        text
                                + ", and each client takes one: raise ulimit -n, or LimitNOFILE= of the"
                                + " systemd unit, to 65536")
                : Finding.ok("open files", text);
    }
}
