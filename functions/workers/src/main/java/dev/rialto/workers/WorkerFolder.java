package dev.rialto.workers;

import dev.rialto.kernel.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/// The folder of one worker: the socket that it connects to, and what it writes. It is short-named
/// and lies among the temporary files, since the path of a socket has at most 107 bytes.
///
/// @param socket not there yet
/// @param scratch empty
record WorkerFolder(Path root, Path socket, Path scratch) {
    /// The environment variable that tells a worker where its socket is.
    static final String SOCKET_VARIABLE = "RIALTO_SOCKET";

    private static final Logger LOG = Logger.getLogger(WorkerFolder.class.getName());
    private static final String PREFIX = "rialto-worker-";

    static WorkerFolder create() throws IOException {
        // Only its owner can look into a temporary folder.
        Path root = Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
        return new WorkerFolder(
                root, root.resolve("socket"), Files.createDirectory(root.resolve("scratch")));
    }

    /// Removes the folders of servers that no longer exist.
    static void sweep() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        try (Stream<Path> all = Files.list(temporary)) {
            all.filter(each -> isLeftOver(each.getFileName().toString()))
                    .forEach(WorkerFolder::delete);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isLeftOver(String name) {
        if (!name.startsWith(PREFIX)) {
            return false;
        }
        String pid = name.substring(PREFIX.length()).replaceFirst("-.*", "");
        return pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    void delete() {
        delete(root);
    }

    private static void delete(Path root) {
        try {
            Folders.delete(root);
        } catch (IOException busy) {
            LOG.log(Level.FINE, "not removed: " + root, busy);
        }
    }
}
