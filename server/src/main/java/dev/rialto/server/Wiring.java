package dev.rialto.server;

import dev.rialto.accounts.AccountsCapability;
import dev.rialto.aggregate.AggregateCapability;
import dev.rialto.analytics.AnalyticsCapability;
import dev.rialto.apps.AppRegistry;
import dev.rialto.apps.AppStore;
import dev.rialto.appsettings.AppSettingsCapability;
import dev.rialto.certificates.Certificates;
import dev.rialto.codes.CodesCapability;
import dev.rialto.config.ConfigCapability;
import dev.rialto.files.FilesCapability;
import dev.rialto.hooks.HooksCapability;
import dev.rialto.http.Admission;
import dev.rialto.http.HttpSettings;
import dev.rialto.http.Listener;
import dev.rialto.http.Operation;
import dev.rialto.http.TlsSettings;
import dev.rialto.installations.InstallationsCapability;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import dev.rialto.limits.LimitsCapability;
import dev.rialto.live.LiveCapability;
import dev.rialto.messages.MessagesCapability;
import dev.rialto.openid.OpenidCapability;
import dev.rialto.pages.PagesCapability;
import dev.rialto.passkeys.PasskeysCapability;
import dev.rialto.reference.ReferenceCapability;
import dev.rialto.secondfactor.SecondFactorCapability;
import dev.rialto.signin.SignInCapability;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangePartitions;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.DatabaseWatch;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Replicas;
import dev.rialto.store.StoreErrors;
import dev.rialto.sync.SyncCapability;
import dev.rialto.telemetry.Telemetry;
import dev.rialto.useradmin.UserAdminCapability;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.logging.Logger;

/// All parts of the server and what each is given, in the order in which they start. They close in
/// the reverse order.
final class Wiring implements AutoCloseable {
    /// The capabilities that stand on the platform and on those before them, one a line.
    static final List<Function<Settings, CapabilityPlan<?>>> CAPABILITIES =
            List.of(
                    AppSettingsCapability::plan,
                    PagesCapability::plan,
                    MessagesCapability::plan,
                    AccountsCapability::plan,
                    UserAdminCapability::plan,
                    CodesCapability::plan,
                    OpenidCapability::plan,
                    SignInCapability::plan,
                    SecondFactorCapability::plan,
                    PasskeysCapability::plan,
                    AggregateCapability::plan,
                    InstallationsCapability::plan,
                    ConfigCapability::plan,
                    SyncCapability::plan,
                    AnalyticsCapability::plan,
                    LimitsCapability::plan,
                    ReferenceCapability::plan);

    private static final Logger LOG = Logger.getLogger(Wiring.class.getName());

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final AppStore apps;
    private final CoreCapabilities core;
    private final Shelf shelf;
    private final Listener listener;
    private final CompletableFuture<String> lost;
    private final Telemetry telemetry;
    private final MachineWarnings machine;
    private final Draining draining = new Draining(Timing.SYSTEM);
    private final Duration drain;
    private final Optional<Certificates> certificates;
    private final Optional<ScheduledBackups> backups;
    private final Optional<Replicas> replicas;

    private Wiring(ServerSettings settings) {
        drain = settings.drain();
        try {
            telemetry = opened(new Telemetry(settings.telemetry(), Version.current()));
            var storage = opened(Storage.own(settings));
            lost = storage.lost();
            var watch = opened(DatabaseWatch.start(storage.settings()));
            replicas = replicas(settings.database(), storage);
            var store = store(settings, storage, watch);
            apps = apps(storage, store.invalidations());
            var registry = AppRegistry.start(apps, storage.migrations(), store.invalidations());

            var listening = new CompletableFuture<Listener>();
            core = opened(core(settings, store, storage, registry, listening));
            shelf = core.shelf();
            certificates =
                    settings.tls()
                            .map(each ->
                                    opened(
                                            Certificates.start(
                                                    each,
                                                    storage.database(),
                                                    storage.secrets(),
                                                    Clock.systemUTC())));
            machine =
                    new MachineWarnings(
                            storage.folder(),
                            settings.database().address().isEmpty(),
                            Timing.SYSTEM);
            storage.database().limitedBy(machine::isFull);
            if (settings.database().address().isEmpty()) {
                storage.database().replicaReads().useAlone();
            }
            backups = ScheduledBackups.prepare(settings, storage, Clock.systemUTC());
            shelf.add(
                    new StatusCapability(
                            new StatusCapability.State(
                                    watch::isReachable, draining::tell, this::warnings),
                            new FullDisk(machine::isFull),
                            shelf));
            var files = shelf.add(files(settings));
            var hooks = shelf.add(new HooksCapability(core.platform()));
            var functions =
                    new FunctionsCapability.Dependencies(
                            core.platform(),
                            files.shelf(),
                            hooks.directory(),
                            app -> registry.webhookKey(app.id()),
                            apps::count,
                            telemetry::count);
            core.triggers().use(shelf.add(functions(functions, settings)).triggers());
            shelf.add(live(settings));
            opened(Upkeep.start(apps::list, this::tidy, Upkeep.Times.hourly()));
            settings.app().ifPresent(wanted -> apps.ensure(wanted.id(), wanted.keys()));
            warnOfUnreadableKeys(apps);

            listener = opened(listen(settings, parts(store, registry)));
            listening.complete(listener);
            shelf.start();
            measure(store);
            backups.ifPresent(each -> opened(each).begin());
            opened(addressFile(settings.http(), storage));
        } catch (RuntimeException failure) {
            Storage.closeAll(opened, Optional.of(failure));
            throw failure;
        }
    }

    private Optional<Replicas> replicas(DatabaseOptions options, Storage storage) {
        var addresses = options.replicaSettings(storage.settings());
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        var limits = options.replicas().limits();
        var opened = opened(Replicas.open(storage.settings(), addresses, limits));
        storage.database().replicaReads().use(opened);
        return Optional.of(opened);
    }

    private static CoreCapabilities core(
            ServerSettings settings,
            Platform.Store store,
            Storage storage,
            AppRegistry registry,
            CompletableFuture<Listener> listening) {
        return new CoreCapabilities(
                store,
                storage.secrets(),
                registry::find,
                new Platform.Door(
                        () -> listening.join().publicUrl(), () -> listening.join().calls()),
                settings.capabilities());
    }

    private FilesCapability files(ServerSettings settings) {
        var sessions = core.sessions();
        return new FilesCapability(
                core.platform(),
                settings.files(),
                settings.capabilities().files(),
                new FilesCapability.Users(sessions::isAnonymous, sessions.authenticator()));
    }

    private static FunctionsCapability functions(
            FunctionsCapability.Dependencies dependencies, ServerSettings settings) {
        return new FunctionsCapability(dependencies, settings.capabilities().functions());
    }

    private LiveCapability live(ServerSettings settings) {
        var sessions = core.sessions();
        var http = settings.http();
        return new LiveCapability(
                core.platform(),
                new LiveCapability.Sessions(
                        sessions.uncachedAuthenticator(), sessions.authenticator()),
                new LiveCapability.Sockets(http.mounts().paths(), http.sockets()),
                settings.capabilities().live());
    }

    private Listener.Parts parts(Platform.Store store, AppRegistry registry) {
        return new Listener.Parts(
                shelf.operations(),
                shelf.steps(),
                shelf.describers(),
                new Admission(registry, core.sessions().authenticator()),
                List.of(StoreErrors::translate),
                store.database()::inTransaction,
                shelf.sockets(),
                telemetry.observers());
    }

    private AddressFile addressFile(HttpSettings http, Storage storage) {
        return AddressFile.write(
                storage.folder(), http.host(), listener.port(), http.mounts().first());
    }

    /// Shows operators what can be measured.
    private void measure(Platform.Store store) {
        telemetry.register(store.database()::measuredBy);
        telemetry.measure(store.changes()::measure);
        telemetry.measure(listener::measure);
        telemetry.measure(shelf::measure);
        certificates.ifPresent(each -> telemetry.measure(each::measure));
        backups.ifPresent(each -> telemetry.measure(each::measure));
        replicas.ifPresent(each -> telemetry.measure(each::measure));
        telemetry.listen();
    }

    private Platform.Store store(ServerSettings settings, Storage storage, DatabaseWatch watch) {
        var database = storage.database();
        database.watchedBy(watch);
        opened(QuietLog.with(watch));
        opened(ChangePartitions.start(database, Clock.systemUTC(), settings.changes()));
        var invalidations = opened(Invalidations.start(database, storage.settings()));
        return new Platform.Store(
                database, invalidations, opened(ChangeTail.start(database, invalidations)));
    }

    private static AppStore apps(Storage storage, Invalidations invalidations) {
        return new AppStore(
                storage.database(),
                storage.migrations(),
                app -> invalidations.publish(app, AppStore.INVALIDATION, ""),
                storage.secrets());
    }

    static RialtoServer start(ServerSettings settings) {
        var wiring = new Wiring(settings);
        return new RialtoServer(wiring, wiring.listener);
    }

    /// Removes what is old of an app.
    void tidy(App app) {
        shelf.tidy(app);
    }

    /// Tells load balancers that the node is about to stop, and gives them time to notice.
    void drain() throws InterruptedException {
        if (!lost.isDone()) {
            LOG.info("stopping: running requests are finished first");
            draining.begin(drain);
            listener.linger();
        }
    }

    /// Completes with the reason when the server can't go on.
    CompletableFuture<String> lost() {
        return lost;
    }

    /// Where metrics are served.
    Optional<Integer> metricsPort() {
        return telemetry.metricsPort();
    }

    /// What the certificate of TLS is for; empty when there is none.
    Optional<String> certificate() {
        return certificates.flatMap(Certificates::description);
    }

    List<Operation> operations() {
        return shelf.operations();
    }

    Watching watching() {
        return core.objects().watching();
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
                            + " of the servers that stored them, or set them again with `rialto"
                            + " app keys`.");
        }
    }

    /// What operators have to look after although requests are served.
    private Map<String, String> warnings() {
        Map<String, String> warnings = new LinkedHashMap<>(machine.get());
        certificates
                .flatMap(Certificates::warning)
                .ifPresent(text -> warnings.put("certificate", text));
        backups.ifPresent(each -> warnings.putAll(each.warnings()));
        replicas.flatMap(Replicas::warning).ifPresent(text -> warnings.put("replicas", text));
        return warnings;
    }

    private Listener listen(ServerSettings settings, Listener.Parts parts) {
        HttpSettings http = settings.http();
        if (certificates.isEmpty()) {
            return Listener.start(http, parts);
        }
        TlsSettings tls = settings.tls().orElseThrow().tls();
        return Listener.start(http, parts, tls, certificates.get());
    }
}
