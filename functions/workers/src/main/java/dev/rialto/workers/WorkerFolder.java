package dev.rialto.workers;

import dev.rialto.kernel.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/// The folder of one worker: the socket that it connects to, and what it writes. It lies among the
/// temporary files, since the path of a socket has at most 107 bytes.
///
/// @param root only this server may look into it
/// @param link has the socket; open to the user that the worker runs as
/// @param scratch empty
public record WorkerFolder(Path root, Path link, Path scratch) {
    private static final Logger LOG = Logger.getLogger(WorkerFolder.class.getName());
    private static final String PREFIX = "rialto-worker-";
    private static final String SOCKET = "socket";

    /// How far apart what the system says of a process and of a file may be.
    private static final Duration UNCERTAIN = Duration.ofSeconds(2);

    static WorkerFolder create() throws IOException {
        Path root = newRoot();
        Path link = Files.createDirectory(root.resolve("link"));
        Files.setPosixFilePermissions(link, PosixFilePermissions.fromString("rwxr-xr-x"));
        return new WorkerFolder(root, link, Files.createDirectory(root.resolve("scratch")));
    }

    /// An empty folder that only this server may look into, and that the next one removes if this
    /// one doesn't.
    static Path newRoot() throws IOException {
        return Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
    }

    Path socket() {
        return link.resolve(SOCKET);
    }

    /// The path of the socket where the worker sees its folder at another one.
    static String socketIn(String link) {
        return link + "/" + SOCKET;
    }

    /// Removes the folders of servers that no longer exist.
    static void sweep() {
        sweep(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    }

    /// Everybody may make folders of such names there: those of others are left alone.
    static void sweep(Path temporary) {
        try (Stream<Path> all = Files.list(temporary)) {
            all.filter(each -> isLeftOver(each, PREFIX))
                    .filter(Folders::isOwn)
                    .forEach(WorkerFolder::delete);
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.log(Level.FINE, "not swept: " + temporary, unreadable);
        }
    }

    /// Whether what has a name of a prefix and the id of a process was made by one that no longer
    /// exists. In containers a new process often has the id of the one before.
    public static boolean isLeftOver(Path path, String prefix) {
        String name = path.getFileName().toString();
        if (!name.startsWith(prefix)) {
            return false;
        }
        String pid = name.substring(prefix.length()).replaceFirst("-.*", "");
        if (!pid.matches("\\d{1,18}")) {
            return false;
        }
        Optional<Instant> begun = ProcessHandle.of(Long.parseLong(pid)).map(WorkerFolder::startOf);
        return begun.isEmpty() || isOlder(path, begun.get());
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.MIN);
    }

    private static boolean isOlder(Path path, Instant time) {
        try {
            return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .plus(UNCERTAIN)
                    .isBefore(time);
        } catch (IOException gone) {
            return false;
        }
    }

    void delete() {
        delete(root);
    }

    static void delete(Path root) {
        try {
            Folders.delete(root);
        } catch (IOException busy) {
            LOG.log(Level.FINE, "not removed: " + root, busy);
        }
    }
}
