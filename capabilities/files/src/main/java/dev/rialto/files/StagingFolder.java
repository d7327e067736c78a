package dev.rialto.files;

import dev.rialto.kernel.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A directory in which one process prepares and deletes files. The process holds a lock on it; a
/// folder whose lock is free belongs to a dead process, and the next process removes it.
final class StagingFolder implements AutoCloseable {
    private static final String LOCK_SUFFIX = ".lock";

    private final Path folder;
    private final Path lockFile;
    private final FileChannel lock;

    private StagingFolder(Path folder, Path lockFile, FileChannel lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// @param parent holds the folders of all processes
    static StagingFolder open(Path parent) throws IOException {
        Files.createDirectories(parent);
        removeDead(parent);
        String id = UUID.randomUUID().toString();
        Path lockFile = parent.resolve(id + LOCK_SUFFIX);
        FileChannel lock =
                FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            lock.lock();
            Path folder = Files.createDirectory(parent.resolve(id));
            opened = true;
            return new StagingFolder(folder, lockFile, lock);
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    Path newDirectory() throws IOException {
        return Files.createDirectory(newPath());
    }

    /// A path that does not exist.
    Path newPath() {
        return folder.resolve(UUID.randomUUID().toString());
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
        lock.close();
        Files.deleteIfExists(lockFile);
    }

    private static void removeDead(Path parent) throws IOException {
        List<Path> lockFiles;
        try (Stream<Path> all = Files.list(parent)) {
            lockFiles = all.filter(path -> path.toString().endsWith(LOCK_SUFFIX)).toList();
        }
        for (Path lockFile : lockFiles) {
            removeIfDead(lockFile);
        }
        removeStray(parent);
    }

    /// Removes folders without a lock, which is made before its folder and removed after it.
    private static void removeStray(Path parent) throws IOException {
        List<Path> folders;
        try (Stream<Path> all = Files.list(parent)) {
            folders = all.filter(Files::isDirectory).toList();
        }
        for (Path each : folders) {
            if (!Files.exists(Path.of(each + LOCK_SUFFIX))) {
                Folders.delete(each);
            }
        }
    }

    private static void removeIfDead(Path lockFile) throws IOException {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return;
            }
            String name = lockFile.toString();
            Folders.delete(Path.of(name.substring(0, name.length() - LOCK_SUFFIX.length())));
            Files.deleteIfExists(lockFile);
        } catch (OverlappingFileLockException ownProcess) {
            return;
        } catch (NoSuchFileException removedByAnother) {
            return;
        }
    }
}
