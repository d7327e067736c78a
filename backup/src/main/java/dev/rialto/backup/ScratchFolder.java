package dev.rialto.backup;

import dev.rialto.kernel.Folders;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// A folder in which a server restores its own backups to check them. Nothing is left in it
/// afterwards; what a killed server left, PostgreSQL processes among it, is removed before.
///
/// @param path its place, which nothing else uses
public record ScratchFolder(Path path) {
    /// What must remain free: less, and the server warns of a full disk.
    private static final long MIN_FREE = 1L << 30;

    /// Does something with a data folder that does not exist yet.
    ///
    /// @param needed how many bytes it will have
    /// @throws SetupException when there is not enough room for it
    public Verification.Report with(long needed, Function<Path, Verification.Report> work) {
        clear();
        try {
            Files.createDirectories(path);
            long free = Files.getFileStore(path).getUsableSpace();
            if (free - MIN_FREE < needed) {
                throw new SetupException(
                        ("restoring needs %d MB in %s and 1 GB must remain, but %d MB are free:"
                                        + " make room or set backup.verify-in")
                                .formatted(needed >> 20, path, free >> 20));
            }
            return work.apply(data());
        } catch (IOException failure) {
            throw new SetupException("can't use " + path + ": " + failure.getMessage(), failure);
        } finally {
            clearEvenIfInterrupted();
        }
    }

    /// The room that a copy of folders takes. Files that disappear meanwhile don't count.
    public static long sizeOf(List<Path> folders) {
        var size = new AtomicLong();
        try {
            for (Path each : folders) {
                Files.walkFileTree(each, new Adding(size));
            }
            return size.get();
        } catch (IOException failure) {
            throw new SetupException("can't read the size of " + folders, failure);
        }
    }

    private static final class Adding extends SimpleFileVisitor<Path> {
        private final AtomicLong size;

        Adding(AtomicLong size) {
            this.size = size;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            size.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }

    private Path data() {
        return path.resolve("data");
    }

    private void clearEvenIfInterrupted() {
        boolean interrupted = Thread.interrupted();
        try {
            clear();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Stops what still runs in it, and deletes it.
    public void clear() {
        try {
            for (Path each : List.of(data(), Restore.draftOf(data()))) {
                if (Files.isDirectory(each)) {
                    stop(each);
                }
            }
            Folders.delete(path);
        } catch (IOException failure) {
            throw new SetupException("can't delete " + path, failure);
        }
    }

    private static void stop(Path data) {
        try (DataFolder folder =
                DataFolder.claim(data).orElseThrow(() -> new SetupException(data + " is in use"))) {
            EmbeddedPostgreSql.stopLeft(folder);
        }
    }
}
