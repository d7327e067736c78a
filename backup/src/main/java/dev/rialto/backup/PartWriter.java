package dev.rialto.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/// Writes files into tar archives at a target, a new one whenever one has some 64 MB.
final class PartWriter implements AutoCloseable {
    private static final long PART = 64L << 20;
    private static final int BUFFER = 16 * PageChecksum.PAGE;
    private static final int FILE_MODE = 0100600;

    private final TargetWriter writer;
    private final String prefix;
    private final List<StoredObject> finished = new ArrayList<>();
    private TargetWriter.@Nullable Draft draft;
    private @Nullable TarArchiveOutputStream tar;
    private long written;

    /// @param prefix of the keys
    PartWriter(TargetWriter writer, String prefix) {
        this.writer = writer;
        this.prefix = prefix;
    }

    /// Looks at what is copied of a file.
    interface Check {
        Check NONE = (_, _, _) -> {};

        /// @param position of the bytes in the file
        /// @param length a whole number of pages, except at the end
        void look(byte[] bytes, int length, long position) throws IOException;
    }

    /// Adds a file of which PostgreSQL may write and cut off meanwhile: what it lacks is filled up
    /// with zeros, and its log makes it right.
    ///
    /// @throws java.nio.file.NoSuchFileException when it is not there
    void file(String name, Path file, Check check) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            TarArchiveOutputStream out = entry(name, size);
            copy(in, size, out, check);
            out.closeArchiveEntry();
        }
    }

    void text(String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveOutputStream out = entry(name, bytes.length);
        out.write(bytes);
        out.closeArchiveEntry();
    }

    void directory(String name) throws IOException {
        TarArchiveOutputStream out = open();
        out.putArchiveEntry(new TarArchiveEntry(name + "/"));
        out.closeArchiveEntry();
    }

    /// @return all parts
    List<StoredObject> finish() throws IOException {
        finishPart();
        return List.copyOf(finished);
    }

    @Override
    public void close() throws IOException {
        if (draft != null) {
            draft.close();
        }
    }

    private static void copy(InputStream in, long size, TarArchiveOutputStream out, Check check)
            throws IOException {
        var buffer = new byte[BUFFER];
        long position = 0;
        while (position < size) {
            int wanted = (int) Math.min(BUFFER, size - position);
            int length = in.readNBytes(buffer, 0, wanted);
            if (length == 0) {
                break;
            }
            check.look(buffer, length, position);
            out.write(buffer, 0, length);
            position += length;
        }
        var zeros = new byte[BUFFER];
        while (position < size) {
            int length = (int) Math.min(BUFFER, size - position);
            out.write(zeros, 0, length);
            position += length;
        }
    }

    private TarArchiveOutputStream entry(String name, long size) throws IOException {
        if (written >= PART) {
            finishPart();
        }
        TarArchiveOutputStream out = open();
        var entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(FILE_MODE);
        out.putArchiveEntry(entry);
        written += size;
        return out;
    }

    private TarArchiveOutputStream open() throws IOException {
        if (tar == null) {
            draft =
                    writer.compressed(
                            String.format(
                                    Locale.ROOT, "%spart-%05d.tar", prefix, finished.size() + 1));
            tar = archive(draft);
        }
        return tar;
    }

    static TarArchiveOutputStream archive(TargetWriter.Draft draft) {
        var archive = new TarArchiveOutputStream(draft, StandardCharsets.UTF_8.name());
        archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        archive.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        archive.setAddPaxHeadersForNonAsciiNames(true);
        return archive;
    }

    private void finishPart() throws IOException {
        if (tar != null && draft != null) {
            tar.finish();
            finished.add(draft.commit());
            draft = null;
            tar = null;
            written = 0;
        }
    }
}
