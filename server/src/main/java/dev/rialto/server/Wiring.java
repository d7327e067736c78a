package dev.rialto.server;

import dev.rialto.apps.AppRegistry;
import dev.rialto.apps.AppStore;
import dev.rialto.hosting.FunctionsModule;
import dev.rialto.hosting.JobStatusRules;
import dev.rialto.http.Admission;
import dev.rialto.http.AppKeys;
import dev.rialto.http.ErrorTranslator;
import dev.rialto.http.HttpSettings;
import dev.rialto.http.Listener;
import dev.rialto.http.Operation;
import dev.rialto.http.TransactionRunner;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import dev.rialto.live.LiveModule;
import dev.rialto.objects.Idempotency;
import dev.rialto.objects.spi.Watching;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangePartitions;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.DatabaseWatch;
import dev.rialto.store.Invalidations;
import dev.rialto.store.StoreErrors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.logging.Logger;

/// All parts of the server and what each is given, in the order in which they start. They close in
/// the reverse order.
final class Wiring implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Wiring.class.getName());

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final AppStore apps;
    private final List<Operation> operations = new ArrayList<>();
    private final Capabilities capabilities;
    private final Functions functions;
    private final Listener listener;
    private final CompletableFuture<String> lost;

    private Wiring(ServerSettings settings) {
        try {
            var clock = Clock.systemUTC();
            var storage = opened(Storage.own(settings));
            var database = storage.database();
            lost = storage.lost();
            var watch = opened(DatabaseWatch.start(storage.settings()));
            database.watchedBy(watch);
            opened(QuietLog.with(watch));
            opened(ChangePartitions.start(database, clock, settings.changes()));
            var invalidations = opened(Invalidations.start(database, storage.settings()));
            var changes = opened(ChangeTail.start(database, invalidations));

            apps =
                    new AppStore(
                            database,
                            storage.migrations(),
                            app -> invalidations.publish(app, AppStore.INVALIDATION, ""),
                            storage.secrets());
            var registry = AppRegistry.start(apps, storage.migrations(), invalidations);

            Function<String, Optional<App>> appById = id -> registry.find(id).map(AppKeys::app);

            operations.addAll(new StatusRoutes(Version.current(), watch::isReachable).operations());
            operations.addAll(UnavailableRoutes.operations());
            var listening = new CompletableFuture<Listener>();
            capabilities =
                    new Capabilities(
                            new Capabilities.Ground(
                                    database,
                                    invalidations,
                                    opened(
                                            settings.files()
                                                    .open(
                                                            database,
                                                            settings.capabilities()
                                                                    .files()
                                                                    .keepFree())),
                                    appById,
                                    () -> listening.join().publicUrl(),
                                    clock),
                            settings.capabilities());
            var sides = new SideTriggers(() -> listening.join().publicUrl());
            operations.addAll(capabilities.operations());
            functions =
                    opened(
                            new Functions(
                                    new Functions.Ground(
                                            database,
                                            invalidations,
                                            appById,
                                            capabilities.objects().objects(),
                                            capabilities.files(),
                                            sides,
                                            capabilities.hooks(),
                                            app -> registry.webhookKey(app.id()),
                                            capabilities.objects()::takesTriggers,
                                            new FunctionsModule.Changes(
                                                    new ChangeLog(database),
                                                    changes,
                                                    capabilities.objects().watching()),
                                            listening::join,
                                            clock),
                                    settings.capabilities().functions()));
            capabilities.triggers(functions.module().triggers());
            sides.use(functions.module().triggers());
            capabilities.objects().register(new JobStatusRules());
            operations.addAll(functions.module().operations());
            opened(Upkeep.start(apps::list, this::tidy, Upkeep.Times.hourly()));
            var live =
                    opened(
                            new LiveModule(
                                    new LiveModule.Ground(
                                            new ChangeLog(database),
                                            changes,
                                            capabilities.objects().watching(),
                                            registry,
                                            capabilities.uncachedAuthenticator(),
                                            capabilities.authenticator(),
                                            functions.module().triggers()),
                                    settings.capabilities().live()));
            operations.addAll(live.operations());
            var idempotency =
                    new Idempotency(
                            database, clock, settings.capabilities().objects().idempotencyTtl());
            List<ErrorTranslator> translators = List.of(StoreErrors::translate);
            TransactionRunner transactions = database::inTransaction;

            settings.app().ifPresent(wanted -> apps.ensure(wanted.id(), wanted.keys()));
            warnOfUnreadableKeys(apps);
            listener =
                    opened(
                            listen(
                                    settings.http(),
                                    new Listener.Parts(
                                            operations,
                                            List.of(idempotency, sides),
                                            List.of(capabilities.objects().describer()),
                                            new Admission(registry, capabilities.authenticator()),
                                            translators,
                                            transactions,
                                            settings.http().mounts().paths().stream()
                                                    .map(path ->
                                                            live.endpoint(
                                                                    path,
                                                                    settings.http().sockets()))
                                                    .toList())));
            listening.complete(listener);
            functions.warm();
            functions.module().start();
            opened(
                    AddressFile.write(
                            storage.folder(),
                            settings.http().host(),
                            listener.port(),
                            settings.http().mounts().first()));
        } catch (RuntimeException failure) {
            Storage.closeAll(opened, Optional.of(failure));
            throw failure;
        }
    }

    static RialtoServer start(ServerSettings settings) {
        var wiring = new Wiring(settings);
        return new RialtoServer(wiring, wiring.listener);
    }

    /// Removes what is old of an app.
    void tidy(App app) {
        capabilities.tidy(app);
        functions.module().tidy(app);
    }

    /// Completes with the reason when the server can't go on.
    CompletableFuture<String> lost() {
        return lost;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    Watching watching() {
        return capabilities.objects().watching();
    }

    AppStore apps() {
        return apps;
    }

    @Override
    public void close() {
        Storage.closeAll(opened, Optional.empty());
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }

    private static void warnOfUnreadableKeys(AppStore apps) {
        List<String> unreadable = apps.appsWithUnreadableKeys();
        if (!unreadable.isEmpty()) {
            LOG.warning(
                    "This server can't read the webhook keys of "
                            + String.join(", ", unreadable)
                            + " and sends none: give it the "
                            + SecretKeys.SETTING
                            + " of the servers that made them, or set them again with `rialto app"
                            + " keys`.");
        }
    }

    private static Listener listen(HttpSettings settings, Listener.Parts parts) {
        requireFree(settings);
        return Listener.start(settings, parts);
    }

    /// The listener only says that it failed; this says why.
    private static void requireFree(HttpSettings settings) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(settings.host(), settings.port()));
        } catch (IOException failure) {
            throw new SetupException(
                    "can't listen on "
                            + settings.host()
                            + " port "
                            + settings.port()
                            + " ("
                            + failure.getMessage()
                            + "): stop what is there, or choose others with --port and --host",
                    failure);
        }
    }
}
