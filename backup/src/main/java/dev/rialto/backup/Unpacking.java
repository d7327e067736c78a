package dev.rialto.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// Unpacks archives of a backup into a folder, and never beside it.
///
/// @param root absolute
record Unpacking(Path root) {
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<StandardOpenOption> WRITING =
            Set.of(
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);

    void archive(InputStream in) throws IOException {
        var tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name());
        for (TarArchiveEntry entry = tar.getNextEntry();
                entry != null;
                entry = tar.getNextEntry()) {
            Path place = place(entry);
            if (entry.isDirectory()) {
                Files.createDirectories(place, FOLDER);
            } else {
                Files.createDirectories(parent(place), FOLDER);
                // PostgreSQL makes its own files durable when it recovers.
                write(tar, place, !place.startsWith(root.resolve(ClusterCopy.NAME)));
                Files.setLastModifiedTime(place, entry.getLastModifiedTime());
            }
        }
    }

    private static void write(InputStream in, Path file, boolean durable) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITING, FILE);
                OutputStream out = Channels.newOutputStream(channel)) {
            in.transferTo(out);
            if (durable) {
                channel.force(true);
            }
        }
    }

    private Path place(TarArchiveEntry entry) throws IOException {
        Path place = root.resolve(entry.getName()).normalize();
        boolean plain = entry.isFile() || entry.isDirectory();
        if (!plain || entry.isLink() || entry.isSymbolicLink()) {
            throw new TargetReader.DamagedException("not a plain file: " + entry.getName());
        }
        if (!place.startsWith(root) || place.equals(root)) {
            throw new TargetReader.DamagedException("not in the data folder: " + entry.getName());
        }
        return place;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }
}
