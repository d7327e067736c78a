package dev.rialto.backup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/// Copies the files of a cluster that is in use, between the start and the stop of a backup, and
/// checks the checksums of their pages on the way.
final class ClusterCopy {
    /// The cluster's name in backups and in data folders.
    static final String NAME = "postgres";

    /// What only makes sense where the cluster runs; PostgreSQL's documentation names them.
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "postmaster.pid",
                    "postmaster.opts",
                    "rialto.conf",
                    "recovery.signal",
                    "standby.signal",
                    "backup_label",
                    "backup_label.old",
                    "tablespace_map",
                    "current_logfiles");

    /// Folders that must be there and empty.
    private static final Set<String> EMPTIED =
            Set.of(
                    "pg_wal",
                    "pg_replslot",
                    "pg_dynshmem",
                    "pg_notify",
                    "pg_serial",
                    "pg_snapshots",
                    "pg_stat_tmp",
                    "pg_subtrans");

    private static final String CONTROL = "global/pg_control";

    private final Path cluster;
    private final PartWriter parts;
    private final boolean checked;
    private final Lsn start;

    /// @param checked whether pages have checksums
    /// @param start where the backup started
    ClusterCopy(Path cluster, PartWriter parts, boolean checked, Lsn start) {
        this.cluster = cluster;
        this.parts = parts;
        this.checked = checked;
        this.start = start;
    }

    /// @throws TargetReader.DamagedException when a page is not as PostgreSQL wrote it
    void run() throws IOException {
        parts.directory(NAME);
        Files.walkFileTree(
                cluster,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        return directory(folder);
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        add(file, attributes);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            // Dropped meanwhile; the log knows.
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }
                });
        // Last, so that it knows of everything that the other files have.
        parts.file(NAME + "/" + CONTROL, cluster.resolve(CONTROL), PartWriter.Check.NONE);
    }

    private FileVisitResult directory(Path folder) throws IOException {
        String name = cluster.relativize(folder).toString();
        if (name.isEmpty()) {
            return FileVisitResult.CONTINUE;
        }
        if (folder.getFileName().toString().startsWith("pgsql_tmp")) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        parts.directory(NAME + "/" + name);
        if (EMPTIED.contains(name)) {
            if (name.equals("pg_wal")) {
                parts.directory(NAME + "/pg_wal/archive_status");
                parts.directory(NAME + "/pg_wal/summaries");
            }
            return FileVisitResult.SKIP_SUBTREE;
        }
        return FileVisitResult.CONTINUE;
    }

    private void add(Path file, BasicFileAttributes attributes) throws IOException {
        String name = cluster.relativize(file).toString();
        String last = file.getFileName().toString();
        if (!attributes.isRegularFile()) {
            throw new IOException(file + " is not a plain file: such clusters are not supported");
        }
        if (LEFT_OUT.contains(name)
                || name.equals(CONTROL)
                || last.startsWith("pgsql_tmp")
                || last.startsWith("pg_internal.init")) {
            return;
        }
        try {
            parts.file(NAME + "/" + name, file, check(file));
        } catch (NoSuchFileException dropped) {
            // Meanwhile; the log knows.
        }
    }

    private PartWriter.Check check(Path file) {
        return checked ? PageScan.check(cluster, file, start) : PartWriter.Check.NONE;
    }
}
