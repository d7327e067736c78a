package dev.rialto.kernel;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Folders as a whole.
public final class Folders {
    private Folders() {}

    /// Deletes a folder with all that is in it; one that is not there is fine. Links are deleted
    /// and not followed, also where somebody replaces a folder by a link meanwhile.
    public static void delete(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        Path name = folder.getFileName();
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (parent == null || name == null) {
            throw new IOException("the root is not to be deleted");
        }
        try (DirectoryStream<Path> above = Files.newDirectoryStream(parent)) {
            if (above instanceof SecureDirectoryStream<Path> secure) {
                delete(secure, name);
            } else {
                walk(folder);
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
    }

    /// Whether a folder is this user's, is not a link, and can't be changed by others.
    public static boolean isOwn(Path folder) {
        try {
            PosixFileAttributes found =
                    Files.readAttributes(
                            folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isDirectory()
                    && !found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    && !found.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                    && isThisUser(found.owner());
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /// The name of a user in a container may be unknown.
    private static boolean isThisUser(UserPrincipal owner) throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self)
                ? owner.equals(Files.getOwner(self))
                : owner.getName().equals(System.getProperty("user.name"));
    }

    /// An open folder whose content is being deleted.
    private record Level(Path name, SecureDirectoryStream<Path> folder, Iterator<Path> content) {
        static Level open(SecureDirectoryStream<Path> parent, Path name) throws IOException {
            SecureDirectoryStream<Path> opened =
                    parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
            return new Level(name, opened, opened.iterator());
        }

        Optional<Path> next() {
            return content.hasNext() ? Optional.of(content.next().getFileName()) : Optional.empty();
        }
    }

    private static void delete(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        if (!isFolder(parent, name)) {
            parent.deleteFile(name);
            return;
        }
        Deque<Level> open = new ArrayDeque<>();
        open.push(Level.open(parent, name));
        try {
            while (!open.isEmpty()) {
                Level level = open.element();
                Optional<Path> next = level.next();
                if (next.isEmpty()) {
                    level.folder().close();
                    open.remove();
                    (open.isEmpty() ? parent : open.element().folder())
                            .deleteDirectory(level.name());
                } else if (isFolder(level.folder(), next.get())) {
                    open.push(Level.open(level.folder(), next.get()));
                } else {
                    level.folder().deleteFile(next.get());
                }
            }
        } finally {
            for (Level each : open) {
                each.folder().close();
            }
        }
    }

    private static boolean isFolder(SecureDirectoryStream<Path> parent, Path name)
            throws IOException {
        return parent.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }

    /// Where the system does not open what is in an open folder.
    private static void walk(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
