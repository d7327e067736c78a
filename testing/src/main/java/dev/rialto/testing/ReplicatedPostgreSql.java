package dev.rialto.testing;

import dev.rialto.store.DataFolder;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.EmbeddedPostgreSql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A primary PostgreSQL and replicas of it that stream its log, all real.
public final class ReplicatedPostgreSql implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Set<String> LEFT_OUT =
            Set.of("postmaster.pid", "postmaster.opts", "pg_wal", "pg_replslot", "pg_stat_tmp");

    private final Path home;
    private final Server primary;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private int replicas;

    private ReplicatedPostgreSql(Path home) {
        this.home = home;
        DataFolder folder = claim(home.resolve("primary"));
        var postgres = EmbeddedPostgreSql.startForgetful(folder);
        opened.push(postgres);
        this.primary = new Server(folder.path(), postgres.settings());
        // Only what is flushed is streamed, and only what is flushed is committed, as in earnest.
        primary.run("alter system set synchronous_commit = on");
        primary.run("alter system set wal_keep_size = '256MB'");
        primary.run("select pg_reload_conf()");
    }

    /// @param home an empty folder
    public static ReplicatedPostgreSql start(Path home) {
        return new ReplicatedPostgreSql(home);
    }

    /// A PostgreSQL.
    public record Server(Path folder, DatabaseSettings settings) {
        public Connection connect() throws SQLException {
            return DriverManager.getConnection(
                    settings.url(),
                    settings.user().orElseThrow(),
                    settings.password().orElseThrow());
        }

        /// Runs a statement, and returns the first value of its answer or an empty string.
        public String run(String sql) {
            try (Connection connection = connect()) {
                return run(connection, sql);
            } catch (SQLException failure) {
                throw new IllegalStateException(sql, failure);
            }
        }

        private static String run(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                if (!statement.execute(sql)) {
                    return "";
                }
                try (ResultSet row = statement.getResultSet()) {
                    return row.next() && row.getString(1) != null ? row.getString(1) : "";
                }
            }
        }

        /// Stops replaying the log, as a replica that is overloaded.
        public void pause() {
            run("select pg_wal_replay_pause()");
            await("select pg_get_wal_replay_pause_state() = 'paused'");
        }

        public void resume() {
            run("select pg_wal_replay_resume()");
        }

        /// Makes it a primary of its own.
        public void promote() {
            run("select pg_promote()");
        }

        /// Waits until a query answers true.
        public void await(String query) {
            long limit = System.nanoTime() + LIMIT.toNanos();
            while (!run(query).equals("t")) {
                if (System.nanoTime() > limit) {
                    throw new AssertionError("not within " + LIMIT + ": " + query);
                }
                try {
                    Thread.sleep(5);
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError(stop);
                }
            }
        }

        /// Ends all its processes, as by `kill -9`.
        public void kill() {
            List<ProcessHandle> all = processes();
            all.forEach(ProcessHandle::destroyForcibly);
            all.getFirst().onExit().join();
        }

        /// Stops all its processes: connections stay open, and nothing answers.
        public void freeze() {
            signal("-STOP");
        }

        public void thaw() {
            signal("-CONT");
        }

        private void signal(String signal) {
            List<String> command = new ArrayList<>(List.of("kill", signal));
            processes().forEach(each -> command.add(String.valueOf(each.pid())));
            try {
                new ProcessBuilder(command).inheritIO().start().waitFor();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new AssertionError(stop);
            }
        }

        private List<ProcessHandle> processes() {
            try {
                Path file = folder.resolve("postgres").resolve("postmaster.pid");
                long pid = Long.parseLong(Files.readAllLines(file).getFirst());
                ProcessHandle first = ProcessHandle.of(pid).orElseThrow();
                return Stream.concat(Stream.of(first), first.descendants()).toList();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    public Server primary() {
        return primary;
    }

    /// Copies the primary and starts the copy as a replica.
    ///
    /// @param returning whether it is started again when it is killed
    public Server addReplica(boolean returning) {
        replicas++;
        Path folder = home.resolve("replica-" + replicas);
        try {
            copy(folder);
        } catch (IOException | SQLException failure) {
            throw new IllegalStateException("can't copy the primary", failure);
        }
        var postgres = EmbeddedPostgreSql.startForgetful(claim(folder));
        opened.push(postgres);
        if (returning) {
            opened.push(
                    postgres.keepRunning(reason -> {
                        throw new IllegalStateException(reason);
                    }));
        }
        return new Server(folder, postgres.settings());
    }

    /// Waits until a replica has replayed all that the primary has committed.
    public void awaitCaughtUp(Server replica) {
        String end = primary.run("select pg_current_wal_flush_lsn()");
        replica.await("select pg_last_wal_replay_lsn() >= '" + end + "'");
    }

    private DataFolder claim(Path folder) {
        DataFolder claimed = DataFolder.claim(folder).orElseThrow();
        opened.push(claimed);
        return claimed;
    }

    private void copy(Path folder) throws IOException, SQLException {
        Path to = folder.resolve("postgres");
        Files.createDirectories(folder);
        Files.copy(
                primary.folder().resolve("postgres.password"), folder.resolve("postgres.password"));
        try (Connection connection = primary.connect()) {
            Server.run(connection, "select pg_backup_start('replica', true)");
            copyTree(primary.folder().resolve("postgres"), to);
            String label = Server.run(connection, "select labelfile from pg_backup_stop(false)");
            Files.writeString(to.resolve("backup_label"), label);
        }
        Files.createFile(to.resolve("standby.signal"));
        Files.writeString(
                to.resolve("postgresql.auto.conf"),
                """

                hot_standby_feedback = on
                wal_receiver_status_interval = '1s'
                wal_retrieve_retry_interval = '100ms'
                primary_conninfo = 'host=127.0.0.1 port=%s user=%s password=%s'
                """
                        .formatted(
                                primary.run("show port"),
                                primary.settings().user().orElseThrow(),
                                primary.settings().password().orElseThrow()),
                StandardOpenOption.APPEND);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        Files.createDirectory(
                                to.resolve(from.relativize(folder)),
                                PosixFilePermissions.asFileAttribute(
                                        Files.getPosixFilePermissions(folder)));
                        return LEFT_OUT.contains(folder.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (!LEFT_OUT.contains(file.getFileName().toString())) {
                            try {
                                Files.copy(file, to.resolve(from.relativize(file)));
                            } catch (NoSuchFileException dropped) {
                                // The log knows.
                                return FileVisitResult.CONTINUE;
                            }
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception failure) {
                throw new IllegalStateException("closing failed", failure);
            }
        }
    }
}
