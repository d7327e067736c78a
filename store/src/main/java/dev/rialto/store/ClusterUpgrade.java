package dev.rialto.store;

import dev.rialto.kernel.Folders;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Moves the data of an embedded PostgreSQL to the major version that this program brings: both
/// PostgreSQLs run, everything is copied and compared, and only then the new cluster takes the
/// place of the old one, which is kept. Until then the old one is only read, so whatever ends this
/// leaves it as it was.
public final class ClusterUpgrade {
    private static final String DRAFT = "postgres.upgrading";
    private static final Duration START_LIMIT = Duration.ofMinutes(30);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(10);
    private static final long SPARE = 512L << 20;

    private final Path folder;
    private final Path old;
    private final Path draft;
    private final PostgreSqlPrograms oldPrograms;
    private final PostgreSqlPrograms newPrograms;
    private final UpgradeProgress progress;

    private ClusterUpgrade(
            Path folder,
            PostgreSqlPrograms oldPrograms,
            PostgreSqlPrograms newPrograms,
            Consumer<String> progress) {
        this.folder = folder;
        this.old = folder.resolve(EmbeddedPostgreSql.CLUSTER);
        this.draft = folder.resolve(DRAFT);
        this.oldPrograms = oldPrograms;
        this.newPrograms = newPrograms;
        this.progress = new UpgradeProgress(progress);
    }

    /// What was done.
    ///
    /// @param from the major version before
    /// @param to the one now
    /// @param kept where the old cluster is
    public record Report(int from, int to, int tables, long rows, Path kept, Duration took) {}

    /// Moves the data, if that is necessary.
    ///
    /// @param given the folder with `bin/postgres` of the old version; empty to look for it
    /// @param progress is given lines for the operator
    /// @return empty if the data is that of the version that this program brings
    /// @throws SetupException if it can't be moved; then it is as it was, unless the message says
    ///   that another start finishes the move
    public static Optional<Report> run(
            DataFolder folder, Optional<Path> given, Consumer<String> progress) {
        Path cluster = folder.path().resolve(EmbeddedPostgreSql.CLUSTER);
        try {
            finishSwap(folder.path());
            if (Files.notExists(cluster.resolve("PG_VERSION"))) {
                throw new SetupException("there is no data in " + folder.path());
            }
            PostgreSqlPrograms brought = PostgreSqlPrograms.find();
            int from = EmbeddedPostgreSql.versionOf(cluster);
            int to = brought.majorVersion();
            if (from == to) {
                return Optional.empty();
            }
            if (from > to) {
                throw new SetupException(
                        "the data is that of PostgreSQL " + from + ", which is newer than " + to);
            }
            var upgrade =
                    new ClusterUpgrade(folder.path(), programs(from, given), brought, progress);
            return Optional.of(upgrade.run(from, to));
        } catch (IOException | SQLException failure) {
            throw new SetupException(
                    "the data in "
                            + folder.path()
                            + " was not moved and is as it was: "
                            + failure.getMessage(),
                    failure);
        }
    }

    private static void finishSwap(Path folder) {
        try {
            ClusterSwap.finish(folder);
        } catch (IOException failure) {
            throw unfinished(folder, failure);
        }
    }

    private static SetupException unfinished(Path folder, IOException failure) {
        return new SetupException(
                "the data in "
                        + folder
                        + " was copied, but the copy could not take its place: "
                        + failure.getMessage()
                        + ". Nothing is lost: mend that and start again to finish",
                failure);
    }

    private static PostgreSqlPrograms programs(int version, Optional<Path> given)
            throws IOException {
        List<Path> places = given.map(List::of).orElseGet(PostgreSqlBinaries::older);
        for (Path place : places) {
            if (!Files.isExecutable(place.resolve("bin").resolve("pg_ctl"))) {
                throw new SetupException(place + " has no bin/pg_ctl of PostgreSQL");
            }
            var programs = PostgreSqlPrograms.of(place.toAbsolutePath().normalize());
            if (programs.majorVersion() == version) {
                return programs;
            }
        }
        throw new SetupException(
                given.map(place -> place + " does not contain PostgreSQL " + version + ".")
                                .orElse("PostgreSQL " + version + " was not found.")
                        + " It wrote this data and must read it once more: give its folder with"
                        + " --old-postgresql, such as the folder postgresql of the release before");
    }

    private Report run(int from, int to) throws IOException, SQLException {
        long started = System.nanoTime();
        Path kept = ClusterSwap.kept(folder, from);
        if (Files.exists(kept)) {
            throw new SetupException(
                    kept + " is left from an earlier upgrade: delete it, or move it away");
        }
        discardDrafts();
        requireRoom();
        progress.say("moving the data from PostgreSQL " + from + " to " + to);
        DatabaseCopy.Copied copied;
        try {
            copied = copy();
        } catch (IOException | SQLException | RuntimeException failure) {
            cleanUp(failure);
            throw failure;
        }
        progress.say("the copy matches; flushing it to disk");
        newPrograms.sync(draft);
        try {
            ClusterSwap.swap(folder, draft, from);
        } catch (IOException failure) {
            if (Files.exists(kept)) {
                throw unfinished(folder, failure);
            }
            throw failure;
        }
        return new Report(
                from,
                to,
                copied.tables(),
                copied.rows(),
                kept,
                Duration.ofNanos(System.nanoTime() - started));
    }

    /// Leaves of an upgrade that failed only its log.
    private void cleanUp(Exception failure) {
        try {
            discardDrafts();
        } catch (IOException | RuntimeException left) {
            failure.addSuppressed(left);
        }
    }

    private void discardDrafts() throws IOException {
        for (Path each : List.of(draft, ClusterSwap.finished(folder))) {
            if (Files.exists(each)) {
                EmbeddedPostgreSql.stopOrphan(newPrograms, each);
            }
            Folders.delete(each);
        }
        EmbeddedPostgreSql.stopOrphan(oldPrograms, old);
    }

    private void requireRoom() throws IOException {
        long needed = size(old) + SPARE;
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < needed) {
            throw new SetupException(
                    "a copy of the data needs "
                            + (needed >> 20)
                            + " MB on the disk of "
                            + folder
                            + ", which has "
                            + (free >> 20)
                            + " MB free");
        }
    }

    private static long size(Path cluster) throws IOException {
        var size = new AtomicLong();
        Files.walkFileTree(
                cluster,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path visited, BasicFileAttributes attributes) {
                        return visited.endsWith("pg_wal")
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        size.addAndGet(attributes.size());
                        return FileVisitResult.CONTINUE;
                    }
                });
        return size.get();
    }

    private DatabaseCopy.Copied copy() throws IOException, SQLException {
        EmbeddedPostgreSql.initialize(newPrograms, folder, draft, false);
        EmbeddedPostgreSql.writeSettings(draft, EmbeddedPostgreSql.freePort(), true);
        keepSettings();
        // The copy is written to the disk at the end, and thrown away if that is not reached.
        String targetOptions =
                "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
                        + " -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off"
                        + " -c max_locks_per_transaction=1024 -c max_wal_size=4GB";
        String sourceOptions = "-c default_transaction_read_only=on -c autovacuum=off";
        try (Running target = launch(newPrograms, draft, targetOptions)) {
            EmbeddedPostgreSql.createDatabase(target.settings());
            try (Running source = launch(oldPrograms, old, sourceOptions);
                    var copy =
                            DatabaseCopy.open(source.settings(), target.settings(), progress::at)) {
                return copy.run();
            }
        }
    }

    private record Running(PostgreSqlPrograms programs, Path cluster, DatabaseSettings settings)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            programs.stop(cluster, STOP_LIMIT);
        }
    }

    private Running launch(PostgreSqlPrograms programs, Path cluster, String options)
            throws IOException {
        int port = EmbeddedPostgreSql.freePort();
        Path log = folder.resolve("postgres-upgrade.log");
        EmbeddedPostgreSql.launch(
                programs, log, cluster, START_LIMIT, "-p " + port + " " + options);
        return new Running(programs, cluster, EmbeddedPostgreSql.settings(folder, port));
    }

    /// Takes over what the operator has set in PostgreSQL's own files.
    private void keepSettings() throws IOException {
        for (String file : List.of("postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf")) {
            Files.copy(old.resolve(file), draft.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        String settings = Files.readString(old.resolve("postgresql.conf"));
        int own = settings.lastIndexOf(EmbeddedPostgreSql.INCLUDE);
        if (own >= 0) {
            Files.writeString(
                    draft.resolve("postgresql.conf"),
                    settings.substring(own + EmbeddedPostgreSql.INCLUDE.length()),
                    StandardOpenOption.APPEND);
        }
    }
}
