package dev.rialto.node;

import dev.rialto.kernel.Settings;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.IsolatedSettings.Wanted;
import dev.rialto.workers.IsolationLimits;
import dev.rialto.workers.Scale;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
        Instances instances,
        Duration start,
        Duration patience) {
    private static final long LEAST_MEMORY = 32L << 20;
    private static final long RUNTIME_MEMORY = 128L << 20;
    private static final long LEAST_SCRATCH = 1L << 20;
    private static final int MAX_PROCESSES = 256;
    private static final Scale OF_ISOLATED = IsolatedSettings.defaults().scale();

    /// The scale of a micro app that asks for nothing: cloud code may keep what it knows in
    /// variables, so there is one process, which takes all calls and does not end.
    static final Scale USUAL =
            new Scale(1, 1, Scale.MAX_CONCURRENCY, OF_ISOLATED.queue(), OF_ISOLATED.idle());

    /// How processes are isolated from each other, from the server and from the machine.
    ///
    /// @param permissions whether Node.js itself restricts code to its project, the SDK and its
    ///   temporary folder, and denies starting processes
    /// @param scratch how much a process in namespaces may write, in bytes; it is kept in memory
    public record Isolation(Wanted namespaces, boolean permissions, long scratch) {
        public Isolation {
            if (scratch < LEAST_SCRATCH) {
                throw new IllegalArgumentException("functions.node.scratch must be at least 1 MB");
            }
        }

        public static Isolation defaults() {
            return new Isolation(Wanted.PREFERRED, true, 64L << 20);
        }
    }

    /// How many processes there may be on this node.
    ///
    /// @param most of all apps
    /// @param ofApp of one app
    public record Instances(int most, int ofApp) {
        public Instances {
            if (ofApp < 1 || most < ofApp) {
                throw new IllegalArgumentException(
                        "functions.node.app-instances must be at least 1, and"
                                + " functions.node.instances at least as many");
            }
        }

        public static Instances defaults() {
            return new Instances(200, 100);
        }

        private static Instances read(Settings in) {
            Instances standard = defaults();
            int most = in.integer("functions.node.instances", standard.most());
            int ofApp = in.integer("functions.node.app-instances", standard.ofApp());
            return in.build(standard, () -> new Instances(most, ofApp));
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
                Instances.defaults(),
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
        var namespaces = in.choice("functions.node.namespaces", Wanted.class, usual.namespaces());
        boolean permissions = in.yes("functions.node.confined", usual.permissions());
        long scratch = in.bytes("functions.node.scratch", usual.scratch());
        Instances instances = Instances.read(in);
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
                                instances,
                                start,
                                patience));
    }

    /// The settings of its processes, as of those of other micro apps.
    IsolatedSettings processes() {
        return new IsolatedSettings(
                new IsolationLimits(
                        2 * memory + RUNTIME_MEMORY, MAX_PROCESSES, isolation.scratch(), 0),
                new Scale(
                        0,
                        instances.ofApp(),
                        OF_ISOLATED.concurrency(),
                        OF_ISOLATED.queue(),
                        OF_ISOLATED.idle()),
                instances.most(),
                0,
                List.of(),
                isolation.namespaces(),
                start,
                patience);
    }

    /// How large the JavaScript objects of a process may become.
    ///
    /// @param whole the memory of the process, in bytes
    static long heapMegabytes(long whole) {
        return Math.max(LEAST_MEMORY, (whole - RUNTIME_MEMORY) / 2) >> 20;
    }
}
