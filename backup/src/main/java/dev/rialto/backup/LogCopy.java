package dev.rialto.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Copies complete files of PostgreSQL's log.
///
/// @param log the folder `pg_wal`
/// @param folder where they go at the target
record LogCopy(Path log, ClusterSession.Identity cluster, String folder) {
    /// Where the first page of a file says which one it is.
    private static final int TIMELINE_AT = 4;

    private static final int POSITION_AT = 8;
    private static final int SYSTEM_AT = 24;
    private static final int HEADER = 32;

    /// Whether the log is still there from a position on.
    boolean has(Lsn from) {
        return Files.exists(log.resolve(from.segment(cluster.timeline())));
    }

    /// @throws java.nio.file.NoSuchFileException when PostgreSQL has removed one meanwhile
    List<StoredObject> copy(Lsn from, Lsn to, TargetWriter writer) throws IOException {
        List<StoredObject> copied = new ArrayList<>();
        for (Lsn at = from; at.compareTo(to) < 0; at = at.nextSegment()) {
            copied.add(copy(at, writer));
        }
        return copied;
    }

    private StoredObject copy(Lsn at, TargetWriter writer) throws IOException {
        String name = at.segment(cluster.timeline());
        Path file = log.resolve(name);
        try (InputStream in = Files.newInputStream(file);
                TargetWriter.Draft draft = writer.compressed(folder + name)) {
            byte[] content = in.readNBytes(Lsn.SEGMENT);
            require(content, at, file);
            draft.write(content);
            return draft.commit();
        }
    }

    /// Files are used again under other names: what is in one tells which it is.
    private void require(byte[] content, Lsn at, Path file) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
        if (content.length != Lsn.SEGMENT
                || header.limit() < HEADER
                || header.getInt(TIMELINE_AT) > cluster.timeline()
                || header.getLong(POSITION_AT) != at.value()
                || !Long.toUnsignedString(header.getLong(SYSTEM_AT)).equals(cluster.system())) {
            throw new TargetReader.DamagedException(file + " is not the log from " + at + " on");
        }
    }

    /// The histories of timelines, by name.
    Map<String, String> histories() throws IOException {
        Map<String, String> histories = new TreeMap<>();
        try (Stream<Path> all = Files.list(log)) {
            for (Path each : all.filter(file -> file.toString().endsWith(".history")).toList()) {
                histories.put(each.getFileName().toString(), Files.readString(each));
            }
        }
        return histories;
    }
}
