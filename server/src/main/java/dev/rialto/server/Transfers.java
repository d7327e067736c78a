package dev.rialto.server;

import dev.rialto.accounts.spi.ImportedUsers;
import dev.rialto.files.FileImport;
import dev.rialto.files.StoredFiles;
import dev.rialto.http.InProcessCalls;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.SetupException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.Platform;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.transfer.Classes;
import dev.rialto.transfer.Exporter;
import dev.rialto.transfer.Importer;
import dev.rialto.transfer.ParseImport;
import dev.rialto.transfer.ParsePlace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/// Import and export on a storage, for a command. A server that runs on the same storage goes on,
/// and hears of the classes that are made.
public final class Transfers implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final ServerSettings settings;
    private final Storage storage;
    private final Importer importer;
    private final ParseImport parseImport;
    private final Exporter exporter;

    private Transfers(ServerSettings settings) {
        this.settings = settings;
        try {
            var clock = Clock.systemUTC();
            storage = Storage.share(settings);
            opened.push(storage);
            Database database = storage.database();
            var invalidations = Invalidations.start(database, storage.settings());
            opened.push(invalidations);
            var changes = ChangeTail.start(database, invalidations);
            opened.push(changes);
            var store = new Platform.Store(database, invalidations, changes);
            var core =
                    new CoreCapabilities(
                            store,
                            storage.secrets(),
                            _ -> Optional.empty(),
                            new Platform.Door(() -> "", Transfers::noCalls),
                            settings.capabilities());
            opened.push(core);
            FunctionsCapability.CLASSES.forEach(core.objects()::register);
            Classes classes =
                    new SchemaClasses(
                            core.objects().schemas(),
                            core.objects().systemClasses(),
                            core.platform().services().get(ImportedUsers.class));
            importer = new Importer(database, classes, new Ids(), clock);
            parseImport =
                    new ParseImport(
                            importer,
                            classes,
                            new ParseIntake(store, core.objects().schema().adoption()));
            exporter = new Exporter(database, classes);
        } catch (RuntimeException failure) {
            Storage.closeAll(opened, Optional.of(failure));
            throw failure;
        }
    }

    /// Opens the storage next to the server that is running, or else by itself.
    public static Transfers open(ServerSettings settings) {
        return new Transfers(settings);
    }

    private static InProcessCalls noCalls() {
        throw new IllegalStateException("a transfer serves no operations");
    }

    /// An app, its tables up to date.
    ///
    /// @throws SetupException when there is no such app
    public App app(String id) {
        App app =
                storage.apps().list().stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow(() ->
                                new SetupException(
                                        "there is no app "
                                                + id
                                                + "; rialto app list shows the existing apps"));
        storage.migrations().migrateApp(app.schema());
        return app;
    }

    public Importer importer() {
        return importer;
    }

    public ParseImport parseImport() {
        return parseImport;
    }

    /// Copies the files of a folder into an app, under their names.
    public FileImport.Report importFiles(App app, Path folder) throws IOException {
        try (var files = settings.files().open(storage.database(), keepFree())) {
            return FileImport.copy(new StoredFiles(files, storage.database()), app, folder);
        }
    }

    private long keepFree() {
        return settings.capabilities().files().keepFree();
    }

    /// Where a Parse Server's database is, as people write it.
    ///
    /// @param text a folder, or `postgresql://user:password@host:5432/database`
    /// @throws SetupException when it is neither
    public static ParsePlace parsePlace(String text, Optional<String> password) {
        if (!text.contains("://") && !text.startsWith("jdbc:")) {
            return new ParsePlace.Folder(Path.of(text));
        }
        try {
            DatabaseAddress address =
                    DatabaseAddress.of("--from", text).withLogin(Optional.empty(), password);
            return new ParsePlace.Postgres(address.jdbcUrl(), address.user(), address.password());
        } catch (IllegalArgumentException wrong) {
            throw new SetupException(wrong.getMessage() + ", or be a folder", wrong);
        }
    }

    public Exporter exporter() {
        return exporter;
    }

    @Override
    public void close() {
        Storage.closeAll(opened, Optional.empty());
    }

    /// The classes of objects, as import and export want them.
    private record SchemaClasses(Schemas schemas, SystemClasses system, ImportedUsers users)
            implements Classes {
        @Override
        public Optional<ClassSchema> find(App app, String className) {
            return schemas.find(app, className);
        }

        @Override
        public ClassSchema ensure(App app, String className, Map<String, FieldType> fields) {
            return schemas.ensure(app, className, fields);
        }

        @Override
        public void requireValid(String className) {
            system.requireValid(className);
        }

        @Override
        public boolean isSystemField(String className, String field) {
            return schemas.isSystemField(className, field);
        }

        @Override
        public void imported(App app, String className) {
            if (className.equals("_User")) {
                users.link(app);
            }
        }
    }
}
