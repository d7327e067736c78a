package dev.rialto.node;

import dev.rialto.kernel.Settings;
import java.nio.file.Path;
import java.time.Duration;

/// Settings of Node.js processes.
///
/// @param command the program: a name on the PATH, or a path
/// @param folder where the Parse SDK is installed and projects are unpacked
/// @param memory the limit for one process's JavaScript objects, in bytes; with buffers and Node.js
///   itself, a process may use twice that plus 128 MB, where the system reports its memory
/// @param start how long a project may take to load
/// @param patience how long a process may be busy without a pause before it is ended, in processor
///   time; one that sleeps without a pause may six times as long
public record NodeSettings(
        String command,
        Path folder,
        long memory,
        Isolation isolation,
        Duration start,
        Duration patience) {
    private static final long LEAST_MEMORY = 32L << 20;
    private static final long RUNTIME_MEMORY = 128L << 20;
    private static final long LEAST_SCRATCH = 1L << 20;

    /// Whether processes run in Linux namespaces.
    public enum Namespaces {
        /// They do, or they are not started.
        REQUIRED,
        /// They do if the system supports it.
        PREFERRED,
        OFF
    }

    /// How processes are isolated from each other, from the server and from the machine.
    ///
    /// @param permissions whether Node.js itself restricts code to its project, the SDK and its
    ///   temporary folder, and denies starting processes
    /// @param scratch how much a process in namespaces may write, in bytes; it is kept in memory
    public record Isolation(Namespaces namespaces, boolean permissions, long scratch) {
        public Isolation {
            if (scratch < LEAST_SCRATCH) {
                throw new IllegalArgumentException("functions.node.scratch must be at least 1 MB");
            }
        }

        public static Isolation defaults() {
            return new Isolation(Namespaces.PREFERRED, true, 64L << 20);
        }
    }

    public NodeSettings {
        if (command.isBlank()) {
            throw new IllegalArgumentException("functions.node.command must not be empty");
        }
        if (memory < LEAST_MEMORY) {
            throw new IllegalArgumentException("functions.node.memory must be at least 32 MB");
        }
        if (!start.isPositive() || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "functions.node.start and functions.node.patience must be positive");
        }
        folder = folder.toAbsolutePath().normalize();
    }

    public static NodeSettings defaults(Path folder) {
        return new NodeSettings(
                "node",
                folder,
                256L << 20,
                Isolation.defaults(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5));
    }

    /// Reads the operator's settings.
    ///
    /// @param data the data folder
    public static NodeSettings read(Settings in, Path data) {
        NodeSettings standard = defaults(data.resolve("node"));
        String command = in.text("functions.node.command", standard.command());
        long memory = in.bytes("functions.node.memory", standard.memory());
        Isolation usual = standard.isolation();
        var namespaces =
                in.choice("functions.node.namespaces", Namespaces.class, usual.namespaces());
        boolean permissions = in.yes("functions.node.confined", usual.permissions());
        long scratch = in.bytes("functions.node.scratch", usual.scratch());
        var start = in.duration("functions.node.start", standard.start());
        var patience = in.duration("functions.node.patience", standard.patience());
        return in.build(
                standard,
                () ->
                        new NodeSettings(
                                command,
                                standard.folder(),
                                memory,
                                new Isolation(namespaces, permissions, scratch),
                                start,
                                patience));
    }

    /// The memory limit of a whole process, in bytes.
    long residentMemory() {
        return 2 * memory + RUNTIME_MEMORY;
    }

    int memoryMegabytes() {
        return Math.toIntExact(memory >> 20);
    }
}
