package dev.rialto.store;

import dev.rialto.kernel.Folders;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// An embedded PostgreSQL: a child process on 127.0.0.1 with its data in a [DataFolder]. It
/// requires a password that only the data folder's owner can read, and acknowledged writes survive
/// a power cut.
///
/// The holder of the data folder's lock owns the PostgreSQL in it. One that still runs while the
/// lock is free was left by a killed server: it is stopped and a new one started, so that its
/// settings and binaries are current and its owner is always clear.
public final class EmbeddedPostgreSql implements AutoCloseable {
    /// The database, and the role that owns it.
    public static final String NAME = "rialto";

    /// The line of PostgreSQL's settings behind which an operator may have added some.
    static final String INCLUDE = "include 'rialto.conf'";

    /// The folder of the cluster in the data folder.
    static final String CLUSTER = "postgres";

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration RECOVERY_LIMIT = Duration.ofHours(12);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

    /// The form of times that PostgreSQL takes in its settings.
    private static final DateTimeFormatter RECOVERY_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'").withZone(ZoneOffset.UTC);

    private static final long LOG_LIMIT = 10_000_000;

    private final PostgreSqlPrograms programs;
    private final Path folder;
    private final Path cluster;
    private final DatabaseSettings settings;

    private EmbeddedPostgreSql(
            PostgreSqlPrograms programs, Path folder, Path cluster, DatabaseSettings settings) {
        this.programs = programs;
        this.folder = folder;
        this.cluster = cluster;
        this.settings = settings;
    }

    /// Starts PostgreSQL in a data folder, initializing it on the first start.
    public static EmbeddedPostgreSql start(DataFolder folder) {
        return start(folder, true, PostgreSqlPrograms.find());
    }

    /// Starts another PostgreSQL than this program brings.
    static EmbeddedPostgreSql start(DataFolder folder, PostgreSqlPrograms programs) {
        return start(folder, true, programs);
    }

    /// Starts one without durability, for tests.
    public static EmbeddedPostgreSql startForgetful(DataFolder folder) {
        return start(folder, false, PostgreSqlPrograms.find());
    }

    /// The address of the PostgreSQL that another process runs in this folder.
    ///
    /// @return empty if none is running
    public static Optional<DatabaseSettings> running(Path folder) {
        try {
            Path cluster = folder.toRealPath().resolve(CLUSTER);
            return PostmasterFile.read(cluster)
                    .filter(PostmasterFile::isReady)
                    .filter(file -> file.process().isPresent())
                    .map(file -> settings(folder, file.port()));
        } catch (IOException missing) {
            return Optional.empty();
        }
    }

    private static EmbeddedPostgreSql start(
            DataFolder folder, boolean durable, PostgreSqlPrograms programs) {
        Path cluster = folder.path().resolve(CLUSTER);
        try {
            ClusterSwap.finish(folder.path());
            if (Files.exists(cluster.resolve("PG_VERSION"))) {
                requireVersion(
                        programs,
                        cluster,
                        "run `rialto upgrade` with the same --data once; until then the release"
                                + " before still works on it");
                stopOrphan(programs, cluster);
            } else {
                ClusterSwap.requireNone(folder.path());
                create(programs, folder.path(), cluster, durable);
            }
            int port = freePort();
            writeSettings(cluster, port, durable);
            rotateLog(folder.path());
            launch(programs, logOf(folder.path()), cluster, START_LIMIT, "");
            var settings = settings(folder.path(), port);
            createDatabase(settings);
            return new EmbeddedPostgreSql(programs, folder.path(), cluster, settings);
        } catch (IOException failure) {
            throw new SetupException(
                    "can't start PostgreSQL in " + cluster + ": " + failure.getMessage(), failure);
        }
    }

    /// Brings a copy of a cluster that was made while it was in use, with the log of what was
    /// written meanwhile and afterwards in its `pg_wal`, to a consistent state, and gives it a new
    /// password. It does not run afterwards.
    ///
    /// @param until the last moment whose writes are wanted; empty for all that the log has
    public static void recover(DataFolder folder, Optional<Instant> until) {
        Path cluster = folder.path().resolve(CLUSTER);
        try {
            var programs = PostgreSqlPrograms.find();
            requireVersion(
                    programs,
                    cluster,
                    "restore it with the release that made it, then run `rialto upgrade`");
            Files.writeString(cluster.resolve("recovery.signal"), "");
            List<String> wanted = new ArrayList<>();
            // All of the log is in its place: there is nowhere to fetch more from.
            wanted.add("restore_command = 'false'");
            wanted.add("recovery_target_timeline = 'current'");
            wanted.add("recovery_target_action = 'promote'");
            wanted.add("hot_standby = off");
            until.ifPresent(time ->
                    wanted.add("recovery_target_time = '" + RECOVERY_TIME.format(time) + "'"));
            writeSettings(cluster, freePort(), true, wanted.toArray(String[]::new));
            launch(programs, logOf(folder.path()), cluster, RECOVERY_LIMIT, "");
            programs.stop(cluster, STOP_LIMIT);
            writeSettings(cluster, freePort(), true);
            String password = Files.readString(makePassword(folder.path()));
            programs.runAlone(cluster, "ALTER ROLE " + NAME + " PASSWORD '" + password + "'\n");
        } catch (IOException failure) {
            throw new SetupException(
                    "can't recover PostgreSQL in " + cluster + ": " + failure.getMessage(),
                    failure);
        }
    }

    public DatabaseSettings settings() {
        return settings;
    }

    /// Restarts it whenever it ends without [#close], until the returned supervisor is closed.
    ///
    /// @param givenUp is called with the reason if it keeps ending and is no longer restarted
    public AutoCloseable keepRunning(Consumer<String> givenUp) {
        return PostgreSqlSupervisor.start(this, givenUp);
    }

    /// Whether its first process is alive.
    boolean isRunning() throws IOException {
        return PostmasterFile.read(cluster).flatMap(PostmasterFile::process).isPresent();
    }

    /// Starts it after a crash, with its data and at its port.
    void startAgain() throws IOException {
        stopOrphan(programs, cluster);
        rotateLog(folder);
        launch(programs, logOf(folder), cluster, START_LIMIT, "");
    }

    /// PostgreSQL's log file.
    Path log() {
        return logOf(folder);
    }

    /// Lets running transactions roll back, writes a checkpoint and ends the process.
    @Override
    public void close() {
        try {
            if (isRunning()) {
                programs.stop(cluster, STOP_LIMIT);
            }
        } catch (IOException failure) {
            throw new SetupException(
                    "can't stop PostgreSQL in " + cluster + ": " + failure.getMessage(), failure);
        }
    }

    /// PostgreSQL would end with a message that does not say what to do.
    ///
    /// @param remedy for data of an older version
    private static void requireVersion(PostgreSqlPrograms programs, Path cluster, String remedy)
            throws IOException {
        int written = versionOf(cluster);
        int brought = programs.majorVersion();
        if (written != brought) {
            throw new SetupException(
                    "the data in "
                            + cluster
                            + " is that of PostgreSQL "
                            + written
                            + "; this program brings PostgreSQL "
                            + brought
                            + ": "
                            + (written < brought ? remedy : "use the program that wrote it"));
        }
    }

    /// The major version of the PostgreSQL of a cluster.
    static int versionOf(Path cluster) throws IOException {
        return Integer.parseInt(
                Files.readString(cluster.resolve("PG_VERSION")).strip().replaceFirst("\\..*", ""));
    }

    /// Stops the PostgreSQL that a process which no longer has the folder left running in it.
    public static void stopLeft(DataFolder folder) {
        Path cluster = folder.path().resolve("postgres");
        try {
            stopOrphan(PostgreSqlPrograms.find(), cluster);
        } catch (IOException failure) {
            throw new SetupException(
                    "can't stop PostgreSQL in " + cluster + ": " + failure.getMessage(), failure);
        }
    }

    static void stopOrphan(PostgreSqlPrograms programs, Path cluster) throws IOException {
        Optional<PostmasterFile> left = PostmasterFile.read(cluster);
        if (left.flatMap(PostmasterFile::process).isPresent()) {
            programs.stop(cluster, STOP_LIMIT);
            return;
        }
        // Before the file is deleted, by which PostgreSQL would notice processes that still use its
        // data.
        OrphanedBackends.end(cluster);
        if (left.isPresent()) {
            // PostgreSQL would refuse to start if an unrelated process now has the old id.
            left.get().delete();
        }
    }

    private static void create(
            PostgreSqlPrograms programs, Path folder, Path cluster, boolean durable)
            throws IOException {
        makePassword(folder);
        Path draft = folder.resolve("postgres.new");
        // Of a first start that was killed.
        Folders.delete(draft);
        initialize(programs, folder, draft, durable);
        Files.move(draft, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Makes an empty cluster with the password of the data folder.
    static void initialize(PostgreSqlPrograms programs, Path folder, Path cluster, boolean durable)
            throws IOException {
        programs.initialize(cluster, NAME, passwordFile(folder), durable);
        Files.writeString(
                cluster.resolve("postgresql.conf"),
                "\n# Rialto's settings; what is said below them or by ALTER SYSTEM wins.\n"
                        + INCLUDE
                        + "\n",
                StandardOpenOption.APPEND);
    }

    private static Path makePassword(Path folder) throws IOException {
        Path password = passwordFile(folder);
        Files.deleteIfExists(password);
        Files.createFile(
                password,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, new Ids().hex(32));
        return password;
    }

    static void writeSettings(Path cluster, int port, boolean durable, String... more)
            throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# Written at each start.");
        lines.add("listen_addresses = '127.0.0.1'");
        lines.add("port = " + port);
        lines.add("unix_socket_directories = ''");
        lines.add("max_connections = 100");
        lines.add("shared_buffers = 128MB");
        lines.add("wal_compression = on");
        lines.add("min_wal_size = 128MB");
        lines.add("max_wal_size = 2GB");
        // What backups that don't come may keep from being removed.
        lines.add("max_slot_wal_keep_size = 4GB");
        lines.add("random_page_cost = 1.1");
        lines.add("jit = off");
        lines.add("timezone = 'UTC'");
        lines.add("log_timezone = 'UTC'");
        lines.add("fsync = " + (durable ? "on" : "off"));
        lines.add("synchronous_commit = " + (durable ? "on" : "off"));
        lines.add("full_page_writes = " + (durable ? "on" : "off"));
        lines.addAll(List.of(more));
        Files.write(cluster.resolve("rialto.conf"), lines);
    }

    private static void rotateLog(Path folder) throws IOException {
        Path log = logOf(folder);
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
            Files.move(
                    log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Starts the PostgreSQL of a cluster and waits until it takes connections.
    ///
    /// @param options for this start alone
    static void launch(
            PostgreSqlPrograms programs, Path log, Path cluster, Duration patience, String options)
            throws IOException {
        Process starter = programs.start(cluster, log, patience, options);
        long limit = System.nanoTime() + patience.toNanos();
        while (!PostmasterFile.read(cluster)
                .filter(PostmasterFile::isReady)
                .flatMap(PostmasterFile::process)
                .isPresent()) {
            boolean failed = !starter.isAlive() && starter.exitValue() != 0;
            if (failed || System.nanoTime() > limit) {
                throw new IOException(lastError(log));
            }
            pause();
        }
    }

    /// What PostgreSQL's log says last of why it ended.
    private static String lastError(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("FATAL: ") || line.contains("PANIC: "))
                            .reduce((_, later) -> later)
                            .map(line -> line.replaceFirst("^.*(?:FATAL|PANIC): +", "") + "; ")
                            .orElse("")
                    + "see the end of "
                    + log;
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    static void createDatabase(DatabaseSettings settings) throws IOException {
        String maintenance = settings.url().replaceFirst("/" + NAME + "$", "/postgres");
        try (Connection connection =
                        DriverManager.getConnection(
                                maintenance, NAME, settings.password().orElse(""));
                Statement statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "select 1 from pg_database where datname = '" + NAME + "'")) {
            if (!found.next()) {
                statement.execute("create database " + NAME);
            }
        } catch (SQLException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    static DatabaseSettings settings(Path folder, int port) {
        try {
            var base = DatabaseSettings.of("jdbc:postgresql://127.0.0.1:" + port + "/" + NAME);
            return base.withLogin(NAME, Files.readString(passwordFile(folder)).strip());
        } catch (IOException failure) {
            throw new SetupException(
                    "can't read the password of PostgreSQL in " + passwordFile(folder), failure);
        }
    }

    static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static Path passwordFile(Path folder) {
        return folder.resolve("postgres.password");
    }

    private static Path logOf(Path folder) {
        return folder.resolve("postgres.log");
    }
}
