package dev.rialto.store;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The folder in which one server keeps everything, held by a file lock while that server runs. The
/// operating system releases the lock however the process ends, so a free lock means that no server
/// is running here.
public final class DataFolder implements AutoCloseable {
    /// The folders that this process holds. To the system, whoever in a process closes the file of
    /// a lock gives up all locks that the process has on it.
    private static final Set<Path> HELD = new HashSet<>();

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Claims the folder, creating it if it doesn't exist.
    ///
    /// @return empty if another process holds it
    /// @throws SetupException if the folder can't be created or written
    public static Optional<DataFolder> claim(Path folder) {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Path path = folder.toRealPath();
            requirePlain(path);
            return claimReal(path);
        } catch (IOException failure) {
            throw new SetupException(
                    "can't use the data folder " + folder + ": " + reason(failure), failure);
        }
    }

    private static Optional<DataFolder> claimReal(Path path) throws IOException {
        synchronized (HELD) {
            if (HELD.contains(path)) {
                return Optional.empty();
            }
            FileChannel channel =
                    FileChannel.open(
                            lockOf(path),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                return Optional.empty();
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(
                            String.valueOf(ProcessHandle.current().pid())
                                    .getBytes(StandardCharsets.US_ASCII)));
            HELD.add(path);
            return Optional.of(new DataFolder(path, channel));
        }
    }

    private static boolean isHeldHere(Path folder) throws IOException {
        return HELD.contains(folder.toRealPath());
    }

    /// Whether a process holds the folder: a server, from before it starts until it has ended, or a
    /// command that wants it for itself.
    public static boolean isHeld(Path folder) {
        synchronized (HELD) {
            try {
                return isHeldHere(folder) || isLocked(folder);
            } catch (NoSuchFileException never) {
                return false;
            } catch (IOException unknown) {
                // Somebody else's: better to say nothing of what is in there.
                return true;
            }
        }
    }

    private static boolean isLocked(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(lockOf(folder), StandardOpenOption.WRITE)) {
            return !lock(channel);
        }
    }

    /// The process that holds the folder, if known.
    public static Optional<Long> holder(Path folder) {
        synchronized (HELD) {
            try {
                return Optional.of(
                        isHeldHere(folder)
                                ? ProcessHandle.current().pid()
                                : Long.parseLong(Files.readString(lockOf(folder)).strip()));
            } catch (IOException | NumberFormatException unknown) {
                return Optional.empty();
            }
        }
    }

    /// The folder, absolute and without symbolic links.
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        synchronized (HELD) {
            HELD.remove(path);
            closeChannel();
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new SetupException("can't release the data folder " + path, failure);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException ownProcess) {
            return false;
        }
    }

    private static Path lockOf(Path folder) {
        return folder.resolve("rialto.lock");
    }

    /// PostgreSQL's control program passes the path through a shell, to which these characters are
    /// special.
    private static void requirePlain(Path path) {
        if (path.toString().chars().anyMatch(c -> "\"$`\\\n".indexOf(c) >= 0)) {
            throw new SetupException(
                    "the path of the data folder must not contain quotes, $, ` or \\: " + path);
        }
    }

    /// Why a folder or file can't be used.
    public static String reason(IOException failure) {
        return failure instanceof java.nio.file.AccessDeniedException denied
                ? "no permission for " + denied.getFile()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
