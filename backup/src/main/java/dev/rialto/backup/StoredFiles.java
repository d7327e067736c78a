package dev.rialto.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Stores the uploaded files, and the libraries of functions, that a target does not have yet.
final class StoredFiles {
    /// Their names in data folders.
    static final String FILES = "files";

    static final String LIBRARIES = "libraries";

    private final TargetWriter writer;
    private final BackupJob job;
    private int count;
    private long bytes;

    StoredFiles(TargetWriter writer, BackupJob job) {
        this.writer = writer;
        this.job = job;
    }

    /// How many units were stored.
    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /// @param known what the target has
    /// @return everything that there is now
    FileIndex store(FileIndex known) throws IOException {
        var now = new FileIndex();
        for (var tree :
                Map.of(FILES, job.files(), LIBRARIES, job.data().resolve(LIBRARIES)).entrySet()) {
            new FileUnits(tree.getKey(), tree.getValue(), job.encryption().recipients())
                    .walk(unit -> store(unit, known, now));
        }
        return now;
    }

    private void store(FileUnits.Unit unit, FileIndex known, FileIndex now) throws IOException {
        String key = writer.keyOf(unit.key());
        if (known.has(key)) {
            now.add(known.get(key));
            return;
        }
        Optional<StoredObject> stored = write(unit);
        stored.ifPresent(each -> {
            now.add(each);
            count++;
            bytes += each.size();
        });
    }

    /// @return empty when it was deleted meanwhile
    private Optional<StoredObject> write(FileUnits.Unit unit) throws IOException {
        try (TargetWriter.Draft draft = writer.plain(unit.key())) {
            TarArchiveOutputStream tar = PartWriter.archive(draft);
            for (var each : unit.files().entrySet()) {
                add(tar, each.getKey(), each.getValue());
            }
            tar.finish();
            return Optional.of(draft.commit());
        } catch (NoSuchFileException deleted) {
            if (unit.files().values().stream()
                    .map(Path::toString)
                    .noneMatch(deleted.getFile()::equals)) {
                throw deleted;
            }
            return Optional.empty();
        }
    }

    private static void add(TarArchiveOutputStream tar, String name, Path file) throws IOException {
        var entry = new TarArchiveEntry(name);
        long size = Files.size(file);
        entry.setSize(size);
        entry.setModTime(Files.getLastModifiedTime(file));
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
    }
}
