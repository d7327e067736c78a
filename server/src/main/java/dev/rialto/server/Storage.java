package dev.rialto.server;

import com.zaxxer.hikari.pool.HikariPool;
import dev.rialto.apps.AppStore;
import dev.rialto.files.FilesPlace;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.DataVersion;
import dev.rialto.store.Database;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.EmbeddedPostgreSql;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Migrations;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Logger;
import org.flywaydb.core.api.FlywayException;

/// The data folder and the PostgreSQL that a process works on, open. What it opened or started is
/// closed and stopped again, in reverse.
public final class Storage implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Storage.class.getName());
    private static final int OLDEST = 140_000;
    private static final String WANTED =
            "template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'";

    private final Path folder;
    private final FilesPlace files;
    private final DatabaseSettings settings;
    private final Database database;
    private final Migrations migrations;
    private final SecretBox secrets;
    private final Deque<AutoCloseable> opened;
    private final CompletableFuture<String> lost;

    /// What is open so far, and whether it is gone for good.
    private record Opened(Deque<AutoCloseable> parts, CompletableFuture<String> lost) {}

    private Storage(ServerSettings all, DatabaseSettings settings, Opened open) {
        this.folder = existing(all.data());
        this.files = all.files();
        this.secrets = SecretKeys.box(all.secretKeys(), folder);
        this.settings = settings;
        this.opened = open.parts();
        this.lost = open.lost();
        this.database = connect(settings);
        opened.push(database);
        try {
            requireUsable(database);
            var upgrade = new Upgrade(all);
            upgrade.begin(settings);
            this.migrations = new Migrations(database, Version.program(), Upgrade::say);
            migrations.migratePlatform();
            migrations.migrateApps(apps().list());
            upgrade.finish();
        } catch (StoreException | FlywayException failure) {
            throw StartFailure.of(settings, failure);
        }
    }

    /// Opens the storage for a server, which wants the embedded PostgreSQL for itself.
    ///
    /// @throws SetupException when another server has it
    public static Storage own(ServerSettings settings) {
        return open(settings, false);
    }

    /// Opens the storage for a command: next to the server that is running, or else by itself.
    public static Storage share(ServerSettings settings) {
        return open(settings, true);
    }

    private static Storage open(ServerSettings settings, boolean shared) {
        var opened = new Opened(new ArrayDeque<>(), new CompletableFuture<>());
        try {
            DatabaseOptions options = settings.database();
            if (options.address().isPresent()) {
                var address = options.address().get();
                return new Storage(
                        settings,
                        options.at(address.jdbcUrl(), address.user(), address.password()),
                        opened);
            }
            DatabaseSettings embedded = embedded(settings.data(), shared, opened);
            return new Storage(
                    settings,
                    options.at(embedded.url(), embedded.user(), embedded.password()),
                    opened);
        } catch (RuntimeException failure) {
            closeAll(opened.parts(), Optional.of(failure));
            throw failure;
        }
    }

    /// The embedded PostgreSQL of a data folder, for a command that needs nothing more of it: the
    /// one that runs, or else one that runs until it is closed.
    record Embedded(DatabaseSettings settings, Deque<AutoCloseable> opened)
            implements AutoCloseable {
        @Override
        public void close() {
            closeAll(opened, Optional.empty());
        }
    }

    static Embedded embeddedFor(Path data) {
        var opened = new Opened(new ArrayDeque<>(), new CompletableFuture<>());
        try {
            return new Embedded(embedded(data, true, opened), opened.parts());
        } catch (RuntimeException failure) {
            closeAll(opened.parts(), Optional.of(failure));
            throw failure;
        }
    }

    private static DatabaseSettings embedded(Path data, boolean shared, Opened opened) {
        Optional<DataFolder> folder = DataFolder.claim(data);
        if (folder.isPresent()) {
            opened.parts().push(folder.get());
            DataVersion.require(folder.get().path(), Version.current());
            var postgres = EmbeddedPostgreSql.start(folder.get());
            opened.parts().push(postgres);
            if (!shared) {
                opened.parts().push(postgres.keepRunning(opened.lost()::complete));
            }
            return postgres.settings();
        }
        String holder = DataFolder.holder(data).map(pid -> "process " + pid).orElse("a process");
        if (!shared) {
            throw new SetupException(
                    "the data folder "
                            + data
                            + " is in use by "
                            + holder
                            + ": stop it, or give this server its own folder with --data");
        }
        requireServersVersion(data, holder);
        return EmbeddedPostgreSql.running(data)
                .orElseThrow(() ->
                        new SetupException(
                                "the data folder "
                                        + data
                                        + " is held by "
                                        + holder
                                        + ", which is just starting or stopping: try again"
                                        + " shortly"));
    }

    /// A command must not upgrade the data of a server that is running.
    private static void requireServersVersion(Path data, String holder) {
        Optional<String> server = DataVersion.require(data, Version.current());
        if (server.filter(each -> !each.equals(Version.current())).isPresent()) {
            throw new SetupException(
                    "a server of Rialto "
                            + server.get()
                            + " runs on "
                            + data
                            + " ("
                            + holder
                            + "); this is "
                            + Version.current()
                            + ": use the command of that version, or upgrade the server first");
        }
    }

    private static Path existing(Path data) {
        try {
            Path folder =
                    Files.createDirectories(
                                    data,
                                    PosixFilePermissions.asFileAttribute(
                                            PosixFilePermissions.fromString("rwx------")))
                            .toRealPath();
            if (!Files.isWritable(folder)) {
                throw new AccessDeniedException(folder.toString());
            }
            return folder;
        } catch (IOException failure) {
            throw new SetupException(
                    "can't create the data folder " + data + ": " + DataFolder.reason(failure),
                    failure);
        }
    }

    private static Database connect(DatabaseSettings settings) {
        try {
            return Database.open(settings, Version.program());
        } catch (HikariPool.PoolInitializationException failure) {
            throw StartFailure.of(settings, failure);
        }
    }

    /// What a database is like; its owner decides that when it is made.
    private record Kind(int version, String encoding, boolean linguistic) {}

    private static void requireUsable(Database database) {
        Kind kind =
                database.queryFirst(
                                Sql.of(
                                        "select current_setting('server_version_num')::int,"
                                                + " current_setting('server_encoding'), 'a' < 'B'"),
                                row -> new Kind(row.getInt(1), row.getString(2), row.getBoolean(3)))
                        .orElseThrow();
        if (kind.version() < OLDEST) {
            throw new SetupException(
                    "the database is PostgreSQL "
                            + kind.version() / 10_000
                            + "; Rialto needs 14 or newer");
        }
        if (!kind.encoding().equals("UTF8")) {
            throw new SetupException(
                    "the database stores text as "
                            + kind.encoding()
                            + "; Rialto needs one created with "
                            + WANTED);
        }
        if (kind.linguistic()) {
            LOG.warning(
                    "The database sorts strings by the rules of a language: order, $lt and $gt"
                            + " on strings follow them, and prefixes can't be found by index."
                            + " For the order of code points, create the database with "
                            + WANTED);
        }
    }

    /// The data folder, absolute.
    public Path folder() {
        return folder;
    }

    /// Completes with the reason when the embedded PostgreSQL is gone for good.
    CompletableFuture<String> lost() {
        return lost;
    }

    public DatabaseSettings settings() {
        return settings;
    }

    public Database database() {
        return database;
    }

    public Migrations migrations() {
        return migrations;
    }

    /// The apps of this storage, for a command; servers that run on it hear of changes.
    public AppStore apps() {
        return new AppStore(
                database,
                migrations,
                app -> Invalidations.publish(database, app, AppStore.INVALIDATION, ""),
                secrets);
    }

    /// What secrets are sealed with that must be read again.
    SecretBox secrets() {
        return secrets;
    }

    /// Deletes an app with its objects and files, for a command.
    public void deleteApp(String id) {
        Optional<App> app = apps().list().stream().filter(each -> each.id().equals(id)).findFirst();
        try (var opened = files.open(database, 0)) {
            apps().delete(id);
            if (app.isPresent()) {
                opened.deleteAll(app.get());
            }
        } catch (IOException failure) {
            throw new SetupException(
                    "the app is gone, but its files in "
                            + files.folder()
                            + " could not be deleted: "
                            + failure.getMessage(),
                    failure);
        }
    }

    @Override
    public void close() {
        closeAll(opened, Optional.empty());
    }

    /// Closes the youngest first. The first failure is kept, later ones are added to it.
    static void closeAll(Deque<AutoCloseable> opened, Optional<RuntimeException> earlier) {
        RuntimeException first = earlier.orElse(null);
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception failure) {
                if (first == null) {
                    first = new IllegalStateException("closing failed", failure);
                } else {
                    first.addSuppressed(failure);
                }
            }
        }
        if (earlier.isEmpty() && first != null) {
            throw first;
        }
    }
}
