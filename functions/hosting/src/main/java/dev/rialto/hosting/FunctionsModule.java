package dev.rialto.hosting;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.http.ApiDescriber;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.CapabilityListing;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeSource;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Functions, put together.
public final class FunctionsModule implements AutoCloseable {
    private final FunctionLog log;
    private final FunctionCalls calls;
    private final FunctionTriggers triggers;
    private final Background background;
    private final Contributions contributions;
    private final FunctionDescriptions descriptions;
    private final List<Operation> operations = new ArrayList<>();

    /// The change log and what it takes to read objects from it.
    ///
    /// @param tail wakes those who read the log
    public record Changes(ChangeLog log, ChangeSource tail, Watching watching) {}

    /// The apps of this server.
    public interface Apps {
        /// Finds one by its id.
        Optional<App> find(String id);

        /// How many there are.
        int count();
    }

    /// The dependencies of functions.
    ///
    /// @param limits what a project may cost
    /// @param runtimes the ways of running micro apps
    /// @param remote functions at other addresses
    /// @param triggered tells of a class whether triggers are called for its objects
    public record Dependencies(
            Database database,
            Invalidations invalidations,
            Apps apps,
            ProjectCompiler compiler,
            CompilerSettings.Limits limits,
            List<FunctionRuntime> runtimes,
            HostServices hostServices,
            RemoteFunctions remote,
            Predicate<String> triggered,
            Changes changes,
            InstantSource clock,
            Timing timing) {
        public Dependencies {
            runtimes = List.copyOf(runtimes);
        }
    }

    public FunctionsModule(Dependencies dependencies, FunctionsSettings settings) {
        var store = new RevisionStore(dependencies.database());
        contributions = new Contributions(store);
        var manyApps = new ManyApps(dependencies.apps(), dependencies.invalidations());
        var directory =
                new FunctionDirectory(
                        store,
                        dependencies.runtimes(),
                        new Placements(settings.placement(), manyApps));
        manyApps.onChange(directory::everythingChanged);
        dependencies.invalidations().subscribe(FunctionDirectory.CHANGED, directory);
        dependencies.invalidations().subscribe(Invalidations.Kind.APP, directory);
        log = new FunctionLog(dependencies.database(), dependencies.clock(), settings.logLines());
        calls =
                new FunctionCalls(
                        directory,
                        dependencies.remote(),
                        dependencies.hostServices(),
                        log,
                        settings,
                        dependencies.clock(),
                        dependencies.timing());
        triggers = new FunctionTriggers(calls, dependencies.remote());
        var names = new LiveNames(dependencies.database());
        background = new Background(dependencies, calls, log, store, names);
        var deployer =
                new Deployer(
                        dependencies.database(),
                        store,
                        calls,
                        background.bindings(),
                        new Upload(dependencies.compiler(), dependencies.limits()),
                        new BindingCheck(dependencies.triggered(), dependencies.clock()),
                        dependencies.clock());
        calls.follow(
                new Suspensions(
                        settings.suspensions(), deployer::move, log, dependencies.timing()));
        var functions = new FunctionRoutes(calls);
        var endpoints = new EndpointRoutes(calls, dependencies.apps()::find);
        descriptions =
                new FunctionDescriptions(
                        directory,
                        new FunctionDescriptions.Handlers(
                                functions::call, endpoints::answer, endpoints::answerWithoutKey));
        operations.addAll(functions.operations());
        operations.addAll(endpoints.operations());
        operations.addAll(background.operations());
        operations.addAll(
                new DeployRoutes(deployer, store, log, dependencies.limits(), dependencies.timing())
                        .operations());
    }

    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /// The micro apps of an app, as the catalogue lists them.
    public List<CapabilityListing> contributed(App app) {
        return contributions.of(app);
    }

    /// What functions add to API descriptions.
    public ApiDescriber describer() {
        return descriptions;
    }

    /// What objects call when something happens to them.
    public Triggers triggers() {
        return triggers;
    }

    /// Adds a line to a micro app's log that belongs to no call.
    public void log(App app, String microApp, String level, String message) {
        log.add(app, microApp, level, "", message);
    }

    /// Lets be measured how calls of functions go.
    public void measure(Gauges to) {
        calls.measure(to);
    }

    /// Begins to call functions that nobody else calls. To be called when all else is ready.
    public void start() {
        background.start();
    }

    /// Removes what is old of an app's functions.
    public void tidy(App app) {
        log.prune(app);
        background.tidy(app);
    }

    @Override
    public void close() {
        background.close();
        log.close();
    }
}
