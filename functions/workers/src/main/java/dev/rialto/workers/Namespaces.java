package dev.rialto.workers;

import dev.rialto.kernel.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A worker's own Linux namespaces: it sees only processes that it started, only the system's
/// libraries and the files that it is given, all read-only, and no network. It writes to an
/// in-memory folder of limited size. Outside, its process runs as a user of its own if the server
/// runs as root, since the system limits what all processes of a user have together; otherwise as
/// the server's user.
///
/// @param user whom the process runs as outside
/// @param countsProcesses whether the system counts the processes of each worker apart
public record Namespaces(Path unshare, User user, boolean countsProcesses) {
    /// The path of a worker's writable folder.
    public static final String SCRATCH = "/tmp";

    /// Far from the users of systems, and from those that are usually given to containers.
    private static final int FIRST_USER = 1_900_000_000;

    private static final int USERS = 200_000_000;
    private static final String UNLIMITED = "unlimited";
    private static final Pattern KERNEL = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");
    private static final int COUNTS_BY_NAMESPACE = 5;
    private static final int COUNTS_BY_NAMESPACE_MINOR = 14;
    private static final int PROBE_SECONDS = 20;
    private static final int PROBE_PROCESSES = 64;
    private static final String PROBE = "confined";
    private static final int SHOWN_OUTPUT = 300;
    private static final List<String> LIBRARIES =
            List.of("/lib", "/lib64", "/usr/lib", "/usr/lib64");
    private static final String SCRIPT = script();

    /// Whom workers run as.
    public enum User {
        /// As the server.
        SERVER,
        /// As one user, where there are not many.
        NOBODY,
        /// Each as its own.
        OWN;

        /// Its number, empty for the server's.
        private String number() {
            return switch (this) {
                case SERVER -> "";
                case NOBODY -> "65534";
                case OWN -> String.valueOf(FIRST_USER + new SecureRandom().nextInt(USERS));
            };
        }
    }

    /// The outcome of an attempt.
    public sealed interface Attempt {
        record Available(Namespaces namespaces) implements Attempt {}

        /// @param why as reported by the system
        record Unavailable(String why) implements Attempt {}
    }

    /// What a worker sees and may use.
    ///
    /// @param root an empty folder, over which its own root is made
    /// @param seen its files and folders by their paths on this machine, with their paths for it
    /// @param folder where it starts, as it sees it
    /// @param scratch how much it may write, in bytes
    /// @param programs whether it may run what it writes
    /// @param processes how many processes and threads it may have, where these are counted
    public record View(
            Path root,
            Map<Path, String> seen,
            String folder,
            long scratch,
            boolean programs,
            int processes) {}

    /// Checks whether this system supports them, by running a shell in namespaces.
    public static Attempt attempt(String searchPath) {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return new Attempt.Unavailable("this system is not Linux");
        }
        Optional<Path> unshare = Programs.locate("unshare", searchPath);
        if (unshare.isEmpty()) {
            return new Attempt.Unavailable(
                    "util-linux is not installed: there is no unshare on the PATH");
        }
        try {
            List<User> users = isRoot() ? List.of(User.OWN, User.NOBODY) : List.of(User.SERVER);
            Attempt attempt = new Attempt.Unavailable("");
            for (User each : users) {
                attempt = new Namespaces(unshare.get(), each, countsByNamespace()).attempt();
                if (attempt instanceof Attempt.Available) {
                    return attempt;
                }
            }
            return attempt;
        } catch (IOException unusable) {
            return new Attempt.Unavailable(String.valueOf(unusable.getMessage()));
        }
    }

    private Attempt attempt() throws IOException {
        Path root = Files.createTempDirectory("rialto-probe-");
        try {
            var view = new View(root, Map.of(), "/", 1L << 20, false, PROBE_PROCESSES);
            List<String> command = command(view, List.of("/bin/sh", "-c", "echo " + PROBE));
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
                return ended && process.exitValue() == 0 && said.equals(PROBE)
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
            Folders.delete(root);
        }
    }

    /// Whether workers see a path of this machine in any case.
    public static boolean isLibrary(Path path) {
        return LIBRARIES.stream().anyMatch(path::startsWith);
    }

    /// The command of a worker in its own namespaces.
    ///
    /// @param program the program and its arguments, as the worker sees them
    public List<String> command(View view, List<String> program) {
        List<String> command = new ArrayList<>();
        command.add(unshare.toString());
        if (!isOtherUser()) {
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
                        "confine",
                        view.root().toString(),
                        String.valueOf(view.scratch()),
                        user.number(),
                        countsProcesses ? String.valueOf(view.processes()) : UNLIMITED,
                        view.programs() ? "exec" : "noexec",
                        view.folder()));
        view.seen().forEach((path, place) -> command.addAll(List.of(path.toString(), place)));
        command.add("--");
        command.addAll(program);
        return command;
    }

    /// Whether a worker's process runs as another user, who needs permission to read its files.
    public boolean isOtherUser() {
        return user != User.SERVER;
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
