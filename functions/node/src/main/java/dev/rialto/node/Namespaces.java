package dev.rialto.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A worker's own Linux namespaces: it sees only processes that it started, only the files of its
/// project, the SDK and system libraries, all read-only, and no network. It writes to an in-memory
/// folder of limited size. Outside, its process runs as nobody if the server runs as root,
/// otherwise as the server's user.
///
/// @param user the user that the process runs as outside; empty for the server's user
/// @param processes how many processes and threads a worker may have
record Namespaces(Path unshare, Path node, Optional<String> user, String processes) {
    /// The path of the project in a worker's namespace.
    static final String PROJECT = "/cloud/project";

    /// The path of the connections' sockets in a worker's namespace.
    static final String CONNECTIONS = "/cloud/net";

    /// The path of a worker's writable folder.
    static final String SCRATCH = "/tmp";

    private static final String SDK = "/cloud";
    private static final String NOBODY = "65534";
    private static final String MAX_PROCESSES = "256";
    private static final String UNLIMITED = "unlimited";
    private static final Pattern KERNEL = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");
    private static final int COUNTS_BY_NAMESPACE = 5;
    private static final int COUNTS_BY_NAMESPACE_MINOR = 14;
    private static final int PROBE_SECONDS = 20;
    private static final int SHOWN_OUTPUT = 300;
    private static final List<String> LIBRARIES =
            List.of("/lib", "/lib64", "/usr/lib", "/usr/lib64");
    private static final String SCRIPT = script();

    /// The outcome of an attempt.
    sealed interface Attempt {
        record Available(Namespaces namespaces) implements Attempt {}

        /// @param why as reported by the system
        record Unavailable(String why) implements Attempt {}
    }

    /// Checks whether this system supports them, by running Node.js in namespaces.
    ///
    /// @param folder where projects are unpacked
    static Attempt attempt(NodeProgram node, Path folder, String searchPath) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return new Attempt.Unavailable("this system is not Linux");
        }
        Optional<Path> unshare = NodeProgram.locate("unshare", searchPath);
        if (unshare.isEmpty()) {
            return new Attempt.Unavailable(
                    "util-linux is not installed: there is no unshare on the PATH");
        }
        if (LIBRARIES.stream().anyMatch(folder::startsWith)) {
            return new Attempt.Unavailable("the data folder is among the system's libraries");
        }
        try {
            var namespaces =
                    new Namespaces(
                            unshare.get(),
                            node.path().toRealPath(),
                            isRoot() ? Optional.of(NOBODY) : Optional.empty(),
                            countsByNamespace() ? MAX_PROCESSES : UNLIMITED);
            return namespaces.attempt();
        } catch (IOException unusable) {
            return new Attempt.Unavailable(String.valueOf(unusable.getMessage()));
        }
    }

    private Attempt attempt() throws IOException {
        Path root = Files.createTempDirectory("rialto-probe-");
        try {
            Path project = Files.createDirectory(root.resolve("project"));
            Path scratch = Files.createDirectory(root.resolve("scratch"));
            List<String> command =
                    command(scratch, 1L << 20, Map.of(project, PROJECT), List.of("--version"));
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                process.getOutputStream().close();
                boolean ended = process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
                String said =
                        ended
                                ? new String(
                                                process.getInputStream().readNBytes(SHOWN_OUTPUT),
                                                StandardCharsets.UTF_8)
                                        .strip()
                                : "it took longer than " + PROBE_SECONDS + " seconds";
                return ended && process.exitValue() == 0 && said.startsWith("v")
                        ? new Attempt.Available(this)
                        : new Attempt.Unavailable(
                                said.lines().findFirst().orElse("without a word"));
            } finally {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Attempt.Unavailable("the server stopped");
        } finally {
            ProjectFolder.delete(root);
        }
    }

    /// The command of a worker in its own namespaces.
    ///
    /// @param connections where the sockets of its connections are
    /// @param scratch how much it may write, in bytes
    /// @param options of Node.js and what to run, as the worker sees it
    List<String> command(
            ProjectFolder project, Path sdk, Path connections, long scratch, List<String> options) {
        Map<Path, String> seen = new LinkedHashMap<>();
        seen.put(project.project(), PROJECT);
        for (Path each : SdkFolder.readable(sdk)) {
            seen.put(each, seen(sdk, each).toString());
        }
        seen.put(connections, CONNECTIONS);
        return command(project.scratch(), scratch, seen, options);
    }

    /// A path of the SDK as a worker sees it.
    static Path seen(Path sdk, Path path) {
        return Path.of(SDK).resolve(sdk.relativize(path));
    }

    private List<String> command(
            Path root, long scratch, Map<Path, String> seen, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(unshare.toString());
        if (user.isEmpty()) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(
                List.of(
                        "--mount",
                        "--pid",
                        "--net",
                        "--ipc",
                        "--uts",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        SCRIPT,
                        "confine"));
        command.addAll(
                List.of(
                        root.toString(),
                        String.valueOf(scratch),
                        user.orElse(""),
                        processes,
                        node.toString()));
        seen.forEach((folder, place) -> command.addAll(List.of(folder.toString(), place)));
        // A Nix program has its libraries next to it.
        if (node.startsWith("/nix/store")) {
            command.addAll(List.of("/nix/store", "/nix/store"));
        }
        command.add("--");
        command.addAll(options);
        return command;
    }

    /// Whether a worker's process runs as another user, who needs permission to read its files.
    boolean isOtherUser() {
        return user.isPresent();
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /// Older kernels count the processes of a user across namespaces.
    private static boolean countsByNamespace() {
        Matcher version = KERNEL.matcher(System.getProperty("os.version", ""));
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        return major > COUNTS_BY_NAMESPACE
                || (major == COUNTS_BY_NAMESPACE
                        && Integer.parseInt(version.group(2)) >= COUNTS_BY_NAMESPACE_MINOR);
    }

    private static String script() {
        try (InputStream in = Namespaces.class.getResourceAsStream("confine.sh")) {
            return new String(
                    Objects.requireNonNull(in, "the server was built without confine.sh")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
