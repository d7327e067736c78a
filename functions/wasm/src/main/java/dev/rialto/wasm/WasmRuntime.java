package dev.rialto.wasm;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Gauges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Runs micro apps of WebAssembly in the server's process. Modules are compiled for the JVM when
/// they are loaded; each call gets an instance of its own, with a memory that nothing else sees,
/// and reaches nothing but what it imports.
public final class WasmRuntime implements FunctionRuntime {
    /// Its name in `micro-app.json`.
    public static final String NAME = "wasm";

    /// How many micro apps are compiled at once: each takes much memory while it is.
    private static final int COMPILED_AT_ONCE = 2;

    private static final long COMPILER_STACK = 8L << 20;

    private final WasmSettings settings;
    private final HostImports imports = HostImports.standard();
    private final WasmRevision.Machinery machinery;
    private final Semaphore compiling = new Semaphore(COMPILED_AT_ONCE);
    private final Map<String, Semaphore> compilingOfApp = new ConcurrentHashMap<>();
    private final AtomicBoolean used = new AtomicBoolean();

    public WasmRuntime(WasmSettings settings) {
        this.settings = settings;
        this.machinery =
                new WasmRevision.Machinery(
                        settings,
                        new GuestThreads(settings.threads(), settings.share(settings.threads())),
                        new MemoryBudget(
                                settings.totalPages(),
                                Math.max(
                                        settings.memoryPages(),
                                        settings.share(settings.totalPages()))));
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Registers gauges for the calls under way and their memory.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.functions.wasm.calls",
                "Calls of WebAssembly under way.",
                machinery.threads()::running);
        to.gauge(
                "rialto.functions.wasm.memory",
                "Memory of the WebAssembly calls under way, in bytes.",
                () -> (long) machinery.memory().used() * MeteredMemory.PAGE_SIZE);
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        WasmProject project = WasmProject.read(artifact);
        if (used.compareAndSet(false, true)) {
            FirstUse.of(imports, machinery.threads()::start);
        }
        Semaphore ofApp =
                compilingOfApp.computeIfAbsent(release.app().schema(), _ -> new Semaphore(1));
        var modules = withinTime(ofApp, () -> prepare(release, project, artifact));
        return new WasmRevision(release, project, modules, machinery);
    }

    private Map<String, PreparedModule> prepare(
            Release release, WasmProject project, Artifact artifact) {
        Map<String, PreparedModule> modules = new HashMap<>();
        for (WasmProject.Export each : project.exports().values()) {
            modules.computeIfAbsent(
                    each.module(),
                    path ->
                            new Preparation(
                                            path,
                                            Objects.requireNonNull(artifact.files().get(path)),
                                            settings,
                                            imports)
                                    .prepare());
        }
        // What Chicory checks of exports, it checks when it makes an instance.
        modules.forEach((path, module) -> tryOut(release, path, module));
        List<Problem> problems = new ArrayList<>();
        for (InterfaceDescriptor each : project.descriptor().interfaces()) {
            WasmProject.Export export = project.export(each.target());
            PreparedModule module = Objects.requireNonNull(modules.get(export.module()));
            module.problem(export.name())
                    .map(why -> new Problem(export.module(), 0, 0, why))
                    .ifPresent(problems::add);
            int pages = WasmRevision.maxPages(each, settings);
            if (module.initialPages() > pages) {
                problems.add(
                        new Problem(
                                export.module(),
                                0,
                                0,
                                "begins with more memory than the interface "
                                        + each.name()
                                        + " may use"));
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return modules;
    }

    /// Makes an instance: modules whose data or elements don't fit fail here, not at each call.
    private void tryOut(Release release, String path, PreparedModule module) {
        String app = release.app().schema();
        var guest =
                new Guest(
                        (running, memory) ->
                                module.instance(running, memory, settings.memoryPages()),
                        machinery.memory().lease(app),
                        List.of(path),
                        List.of(),
                        new CallStreams(new byte[0], settings.outputSize()));
        machinery.threads().start(app, guest);
        Outcome outcome = outcome(guest);
        if (!outcome.equals(new Outcome.Exited(0))) {
            String why =
                    switch (outcome) {
                        case Outcome.Trapped(String reason) -> reason;
                        case Outcome.NoMemory() ->
                                "the memory for WebAssembly is in use: try again shortly";
                        case Outcome.Stopped() -> "it takes too long";
                        case Outcome.Exited _, Outcome.Failed _, Outcome.OutputTooLarge _ ->
                                "it ends while it starts";
                    };
            throw new RefusedException(new Problem(path, 0, 0, "can't be started: " + why));
        }
    }

    /// A module that starts asks for nothing: there is no call yet.
    private Outcome outcome(Guest guest) {
        try {
            return guest.next(settings.loading()) instanceof Guest.Ended(Outcome outcome, _)
                    ? outcome
                    : new Outcome.Stopped();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Outcome.Stopped();
        } finally {
            guest.stop();
        }
    }

    /// Compiles on a thread of its own, which is left behind when it takes too long. Until it ends,
    /// its app compiles nothing else, so that others can.
    private <T> T withinTime(Semaphore ofApp, Supplier<T> work) {
        try {
            if (!ofApp.tryAcquire(settings.loading().toMillis(), TimeUnit.MILLISECONDS)) {
                throw late();
            }
            if (!compiling.tryAcquire(settings.loading().toMillis(), TimeUnit.MILLISECONDS)) {
                ofApp.release();
                throw late();
            }
            var done = new CompletableFuture<T>();
            Thread compiler =
                    new Thread(
                            null,
                            () -> {
                                try {
                                    done.complete(work.get());
                                } catch (Throwable failure) {
                                    done.completeExceptionally(failure);
                                } finally {
                                    compiling.release();
                                    ofApp.release();
                                }
                            },
                            "wasm-compiler",
                            COMPILER_STACK);
            compiler.setDaemon(true);
            compiler.start();
            return result(done, compiler);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw late();
        }
    }

    private <T> T result(CompletableFuture<T> done, Thread compiler) throws InterruptedException {
        try {
            return done.get(settings.loading().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            compiler.interrupt();
            throw late();
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case RuntimeException told -> throw told;
                case StackOverflowError _ ->
                        throw new RefusedException(
                                Problem.of("a module is nested too deeply to be compiled"));
                case OutOfMemoryError _ ->
                        throw new RefusedException(
                                Problem.of("a module is too large to be compiled"));
                case null, default -> throw new IllegalStateException(failure);
            }
        }
    }

    private RefusedException late() {
        return new RefusedException(
                Problem.of(
                        "compiling its modules takes longer than the "
                                + settings.loading().toSeconds()
                                + " s of functions.wasm.loading"));
    }

    @Override
    public void close() {
        machinery.threads().close();
    }
}
