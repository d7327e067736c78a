package dev.rialto.backup;

import dev.rialto.kernel.Ids;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;

/// Makes a backup of a data folder that is in use, by PostgreSQL's own means: a copy of the
/// cluster's files while it is written to, and the log (WAL) that makes the copy consistent; or
/// only the log since the backup before.
///
/// The database comes first and files after it, as a row never mentions a file that is not yet
/// stored. The manifest is written last: without it, what is at the target is not a backup.
public final class Backup {
    private static final Logger LOG = Logger.getLogger(Backup.class.getName());
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String ORIGIN = "backup-origin";

    /// What is in the data folder for its owner's eyes only, besides PostgreSQL's password, which
    /// restoring replaces.
    private static final List<String> SECRETS = List.of("secret.key", "command-keys.properties");

    private final BackupJob job;
    private final BackupTarget target;
    private final ClusterSession session;
    private final TargetWriter writer;

    private Backup(BackupJob job, BackupTarget target, ClusterSession session) {
        this.job = job;
        this.target = target;
        this.session = session;
        this.writer = new TargetWriter(target, job.encryption());
    }

    /// What a backup is made from.
    private record Ground(
            Repository repository,
            ClusterSession.Identity cluster,
            LogCopy log,
            Lsn position,
            String origin,
            Instant begun) {}

    /// The database's part of a backup.
    private record Copied(
            BackupKind kind, List<StoredObject> parts, Manifest.Log log, Instant ended) {}

    /// Makes a backup.
    ///
    /// @param settings of the PostgreSQL that runs in the job's data folder
    /// @param full whether all is copied even if the log since the last backup would do
    /// @throws SetupException when it can't be made; older backups are as they were
    public static BackupReport run(
            BackupJob job, DatabaseSettings settings, BackupTarget target, boolean full) {
        try (ClusterSession session = ClusterSession.open(settings)) {
            return new Backup(job, target, session).run(full);
        } catch (IOException | SQLException failure) {
            throw new SetupException(
                    "the backup to " + target.name() + " failed: " + failure.getMessage(), failure);
        }
    }

    private BackupReport run(boolean full) throws IOException, SQLException {
        long started = System.nanoTime();
        if (session.hasTablespaces()) {
            throw new SetupException("clusters with tablespaces of their own are not backed up");
        }
        if (job.keepsLog()) {
            session.keepLog();
        } else {
            session.keepLogMeanwhile();
        }
        var repository = Repository.read(target);
        var cluster = session.identity();
        requireOwn(repository, cluster, read(job.data().resolve(ORIGIN + ".before")));
        Retention.removeUnfinished(repository);
        String origin = origin();
        var log = new LogCopy(job.log(), cluster, "wal/" + origin + "/");
        var ground =
                new Ground(repository, cluster, log, session.position(), origin, session.now());
        String id = id(ground);
        Optional<Manifest> last = repository.last().filter(each -> canContinue(each, ground));
        Copied copied = full || last.isEmpty() ? full(id, last) : increment(last.get());
        return finish(id, copied, ground, started);
    }

    /// @param before the name of this data folder with the PostgreSQL before this one
    private static void requireOwn(
            Repository repository, ClusterSession.Identity cluster, Optional<String> before) {
        repository
                .last()
                .filter(last -> !last.cluster().system().equals(cluster.system()))
                .filter(last -> !before.equals(Optional.of(last.origin())))
                .ifPresent(_ -> {
                    throw new SetupException(
                            repository.target().name()
                                    + " has the backups of another server: give each its own place");
                });
    }

    private static Optional<String> read(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    /// A random name of this data folder. A copy of it that was restored gets another, so that the
    /// two don't take each other's log for theirs.
    private String origin() throws IOException {
        Path file = job.data().resolve(ORIGIN);
        try {
            String origin = Files.readString(file).strip();
            if (!origin.matches("[0-9a-f]{16}")) {
                throw new IOException(file + " is damaged: delete it");
            }
            return origin;
        } catch (NoSuchFileException none) {
            String origin = new Ids().hex(8);
            Files.writeString(file, origin + "\n");
            return origin;
        }
    }

    private boolean canContinue(Manifest last, Ground ground) {
        return last.origin().equals(ground.origin())
                && last.cluster().equals(ground.cluster())
                && last.recipients().equals(job.encryption().recipients())
                && hasLogSince(last.log().to(), ground);
    }

    /// Whether the log since a position is there. The file that is written next appears with the
    /// first write to it. A log that ends before the position is that of a folder which was set
    /// back to an older state.
    private static boolean hasLogSince(Lsn from, Ground ground) {
        return from.compareTo(ground.position()) <= 0
                && (from.equals(ground.position().segmentStart()) || ground.log().has(from));
    }

    /// Ids order backups, even if the clock was set back.
    private static String id(Ground ground) {
        Instant now = ground.begun().truncatedTo(ChronoUnit.MILLIS);
        return ground.repository()
                .last()
                .map(last -> ID.parse(last.id(), Instant::from).plusMillis(1))
                .filter(next -> next.isAfter(now))
                .map(ID::format)
                .orElse(ID.format(now));
    }

    private Copied full(String id, Optional<Manifest> last) throws IOException, SQLException {
        String prefix = Manifest.FOLDER + id + "/";
        Lsn start = session.start("rialto " + id);
        List<StoredObject> stored;
        try (var parts = new PartWriter(writer, prefix)) {
            new ClusterCopy(job.cluster(), parts, session.hasChecksums(), start).run();
            ClusterSession.Stop stop = session.stop();
            parts.text(ClusterCopy.NAME + "/backup_label", stop.label());
            addSecrets(parts);
            stored = parts.finish();
        }
        Instant ended = session.now();
        Lsn to = session.completeSegment();
        // With the log since the last backup, there is no gap between the two.
        Lsn from = last.map(each -> each.log().to()).orElse(start.segmentStart());
        return new Copied(BackupKind.FULL, stored, new Manifest.Log(from, to, start), ended);
    }

    private void addSecrets(PartWriter parts) throws IOException {
        if (!job.secrets()) {
            return;
        }
        for (String name : SECRETS) {
            Path file = job.data().resolve(name);
            if (Files.exists(file)) {
                parts.file(name, file, PartWriter.Check.NONE);
            }
        }
    }

    private Copied increment(Manifest last) throws SQLException {
        Instant ended = session.now();
        Lsn to = session.completeSegment();
        Lsn from = last.log().to();
        return new Copied(BackupKind.INCREMENT, List.of(), new Manifest.Log(from, to, from), ended);
    }

    private BackupReport finish(String id, Copied copied, Ground ground, long started)
            throws IOException, SQLException {
        Manifest.Log log = copied.log();
        List<StoredObject> segments = ground.log().copy(log.from(), log.to(), writer);
        FileIndex known = known(ground.repository(), copied.kind());
        var files = new StoredFiles(writer, job);
        FileIndex now = files.store(known);
        FileIndex since = copied.kind() == BackupKind.FULL ? new FileIndex() : known;
        StoredObject list =
                writer.unencrypted(
                        Manifest.FOLDER + id + "/files.txt", out -> now.writeSince(since, out));
        var manifest =
                new Manifest(
                        id,
                        copied.kind(),
                        job.program(),
                        ground.origin(),
                        ground.cluster(),
                        new Manifest.Times(ground.begun(), copied.ended()),
                        log,
                        new Manifest.Contents(copied.parts(), segments, list, job.secrets()),
                        job.encryption().recipients(),
                        ground.log().histories());
        write(manifest);
        if (job.keepsLog()) {
            session.releaseLog(log.to());
        }
        return new BackupReport(
                id,
                copied.kind(),
                copied.ended(),
                manifest.size() + files.bytes(),
                new BackupReport.Files(now.units().size(), files.count(), files.bytes()),
                Duration.ofNanos(System.nanoTime() - started));
    }

    /// The files that are at the target already.
    private static FileIndex known(Repository repository, BackupKind kind) throws IOException {
        Optional<Manifest> base = repository.lastFull();
        if (base.isEmpty()) {
            return new FileIndex();
        }
        List<Manifest> all = repository.backups();
        try {
            return repository.filesAt(all.subList(all.indexOf(base.get()), all.size()));
        } catch (TargetReader.DamagedException damaged) {
            if (kind == BackupKind.INCREMENT) {
                throw damaged;
            }
            LOG.warning(
                    "All files are stored again, as the list of those at "
                            + repository.target().name()
                            + " is damaged: "
                            + damaged.getMessage());
            return new FileIndex();
        }
    }

    private void write(Manifest manifest) throws IOException {
        target.sync();
        try (BackupTarget.Upload upload = target.create(Manifest.keyOf(manifest.id()))) {
            upload.stream().write(manifest.toBytes());
            upload.commit();
        }
        target.sync();
    }

    /// Describes the backups at a target, the oldest first.
    public static List<Listed> list(BackupTarget target) {
        try {
            List<Listed> listed = new ArrayList<>();
            for (Manifest each : Repository.read(target).backups()) {
                listed.add(
                        new Listed(
                                each.id(),
                                each.kind(),
                                each.times().ended(),
                                each.size(),
                                each.program(),
                                !each.recipients().isEmpty()));
            }
            return listed;
        } catch (IOException failure) {
            throw new SetupException(
                    "can't read " + target.name() + ": " + failure.getMessage(), failure);
        }
    }

    /// A backup at a target.
    ///
    /// @param ended every write up to this time is in it
    /// @param size in bytes, without files
    public record Listed(
            String id,
            BackupKind kind,
            Instant ended,
            long size,
            String program,
            boolean isEncrypted) {}
}
