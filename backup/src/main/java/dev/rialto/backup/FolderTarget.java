package dev.rialto.backup;

import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Backups in a folder: of another disk, or of a network file system.
final class FolderTarget implements BackupTarget {
    private static final String PART = ".writing";
    private static final int BUFFER = 1 << 16;

    private final Path root;

    /// Folders in which files have appeared whose names may not be on the disk yet.
    private final Set<Path> touched = new HashSet<>();

    private FolderTarget(Path root) {
        this.root = root;
    }

    /// Opens a folder for writing, making it when it is not there.
    static FolderTarget create(Path folder) {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            return new FolderTarget(folder.toRealPath());
        } catch (IOException failure) {
            throw new SetupException(
                    "can't use the folder " + folder + ": " + DataFolder.reason(failure), failure);
        }
    }

    /// Opens a folder that has backups.
    static FolderTarget existing(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new SetupException("there is no folder " + folder);
        }
        return new FolderTarget(folder.toAbsolutePath());
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public Upload create(String key) throws IOException {
        Path file = path(key);
        Files.createDirectories(parent(file));
        return new FileUpload(file);
    }

    @Override
    public InputStream open(String key) throws IOException {
        return new BufferedInputStream(Files.newInputStream(path(key)), BUFFER);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        Path start = root.resolve(prefix);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(start)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }

    /// Folders that become empty go as well.
    @Override
    public void delete(String key) throws IOException {
        Path file = path(key);
        Files.deleteIfExists(file);
        for (Path folder = parent(file); !folder.equals(root); folder = parent(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    return;
                }
            } catch (NoSuchFileException gone) {
                continue;
            }
            Files.deleteIfExists(folder);
        }
    }

    @Override
    public void sync() throws IOException {
        for (Path folder : touched) {
            for (Path each = folder; each.startsWith(root); each = parent(each)) {
                try (FileChannel open = FileChannel.open(each, StandardOpenOption.READ)) {
                    open.force(true);
                }
            }
        }
        touched.clear();
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    private Path path(String key) {
        return root.resolve(StoredObject.requireKey(key));
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("not in a folder: " + file);
        }
        return parent;
    }

    private final class FileUpload implements Upload {
        private final Path file;
        private final Path draft;
        private final FileChannel channel;
        private final OutputStream stream;

        FileUpload(Path file) throws IOException {
            this.file = file;
            this.draft = file.resolveSibling(file.getFileName() + PART);
            Files.deleteIfExists(draft);
            this.channel =
                    FileChannel.open(
                            draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            this.stream = Channels.newOutputStream(channel);
        }

        @Override
        public OutputStream stream() {
            return stream;
        }

        @Override
        public void commit() throws IOException {
            channel.force(true);
            channel.close();
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            touched.add(parent(file));
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(draft);
        }
    }
}
