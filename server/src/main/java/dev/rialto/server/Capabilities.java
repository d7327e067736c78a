package dev.rialto.server;

import dev.rialto.accounts.Accounts;
import dev.rialto.config.ConfigRoutes;
import dev.rialto.files.FileAddress;
import dev.rialto.files.FileShelf;
import dev.rialto.files.FileUpload;
import dev.rialto.files.FilesRoutes;
import dev.rialto.files.FolderStorage;
import dev.rialto.hooks.HookDirectory;
import dev.rialto.hooks.HookStore;
import dev.rialto.hooks.HooksRoutes;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Operation;
import dev.rialto.installations.InstallationRoutes;
import dev.rialto.installations.InstallationRules;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.objects.ObjectsModule;
import dev.rialto.objects.spi.Triggers;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.sync.Pull;
import dev.rialto.sync.Push;
import dev.rialto.sync.SyncRoutes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What stands on the shelf, and how one capability is given what it needs of another.
final class Capabilities {
    /// What [Invalidations] calls a change of an app's classes.
    private static final Invalidations.Kind SCHEMA = new Invalidations.Kind("schema");

    private final List<Operation> operations = new ArrayList<>();
    private final Authenticator authenticator;
    private final ObjectsModule objects;
    private final Accounts accounts;
    private final FileShelf shelf;
    private final HookDirectory hooks;

    /// What all capabilities stand on.
    ///
    /// @param apps finds an app by its id
    /// @param publicUrl the address of `/v1`, known once the listener listens
    record Ground(
            Database database,
            Invalidations invalidations,
            FolderStorage files,
            Function<String, Optional<App>> apps,
            Supplier<String> publicUrl,
            Clock clock) {}

    Capabilities(Ground ground, CapabilitySettings settings) {
        Database database = ground.database();
        Invalidations invalidations = ground.invalidations();
        Clock clock = ground.clock();

        objects =
                new ObjectsModule(
                        database,
                        clock,
                        (app, name) -> FileAddress.url(ground.publicUrl().get(), app.id(), name),
                        settings.objects(),
                        (app, changed) -> invalidations.publish(app, SCHEMA, changed));
        invalidations.subscribe(SCHEMA, new SchemaChanges(objects.schemas()));
        operations.addAll(objects.operations());

        accounts =
                new Accounts(
                        database,
                        invalidations,
                        objects::objects,
                        settings.accounts(),
                        List.of(),
                        clock);
        accounts.rules().forEach(objects::register);
        operations.addAll(accounts.operations(objects.routes()));
        authenticator = accounts.authenticator();

        objects.register(new InstallationRules(database, objects.objects()));
        operations.addAll(new InstallationRoutes(objects.routes()).operations());

        shelf = new FileShelf(ground.files(), settings.files(), new Ids());
        var upload =
                new FileUpload(ground.files(), settings.files(), new Ids(), accounts::isAnonymous);
        operations.addAll(new FilesRoutes(ground.files(), upload, ground.apps()).operations());

        operations.addAll(new ConfigRoutes(database).operations());
        var hookStore = new HookStore(database);
        hooks = new HookDirectory(hookStore, invalidations);
        operations.addAll(
                new HooksRoutes(hookStore, hooks::change, objects::takesTriggers).operations());

        var push =
                new Push(database, objects.objects(), objects.watching(), settings.sync(), clock);
        var pull = new Pull(database, objects.scanning(), objects.watching());
        operations.addAll(new SyncRoutes(pull, push).operations());
    }

    List<Operation> operations() {
        return operations;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    /// Like [#authenticator], but asks the database every time.
    Authenticator uncachedAuthenticator() {
        return accounts.uncachedAuthenticator();
    }

    /// Removes what has expired in an app.
    void tidy(App app) {
        accounts.removeExpiredSessions(app);
    }

    /// Sets what is called when objects are written and found and when users log in. To be called
    /// before the first request.
    void triggers(Triggers called) {
        objects.triggers(called);
        accounts.triggers(called);
    }

    HookDirectory hooks() {
        return hooks;
    }

    FileShelf files() {
        return shelf;
    }

    ObjectsModule objects() {
        return objects;
    }
}
