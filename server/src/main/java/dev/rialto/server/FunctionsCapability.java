package dev.rialto.server;

import dev.rialto.compiler.CompilerSettings;
import dev.rialto.compiler.GroovyAllowList;
import dev.rialto.compiler.ProjectCompiler;
import dev.rialto.files.FileAddress;
import dev.rialto.files.FileService;
import dev.rialto.files.spi.NewFile;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.hooks.HookDirectory;
import dev.rialto.hosting.EventStore;
import dev.rialto.hosting.FunctionsModule;
import dev.rialto.hosting.FunctionsSettings;
import dev.rialto.hosting.HostServices;
import dev.rialto.hosting.JobStatusRules;
import dev.rialto.hosting.OutboundClients;
import dev.rialto.http.ApiDescriber;
import dev.rialto.http.Operation;
import dev.rialto.jvmworker.HttpImage;
import dev.rialto.jvmworker.JvmImage;
import dev.rialto.jvmworker.SentSettings;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Contract.Metering;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Timing;
import dev.rialto.kubernetes.KubernetesPlace;
import dev.rialto.kubernetes.KubernetesSettings;
import dev.rialto.kubernetes.PodProgram;
import dev.rialto.node.NodeRuntime;
import dev.rialto.node.NodeSettings;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityListing;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Platform;
import dev.rialto.spi.Triggers;
import dev.rialto.store.ChangeLog;
import dev.rialto.wasm.WasmRuntime;
import dev.rialto.wasm.WasmSettings;
import dev.rialto.workers.DeclaredMemory;
import dev.rialto.workers.HostedRuntime;
import dev.rialto.workers.HostedSettings;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import dev.rialto.workers.WorkerBudgets;
import dev.rialto.workers.WorkerLog;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Functions on the shelf, the runtimes they run in, and what they are given of the platform.
final class FunctionsCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                            "code", "functions", "functions", "Runs the code that apps deploy.")
                    .withMeters("functions.reads", "functions.writes", "functions.calls")
                    .withFeatures(
                            Map.of(
                                    "cloudCode",
                                    List.of("jobs"),
                                    "logs",
                                    List.of("level", "size", "order", "until", "from")));

    /// The classes that every app has for its functions.
    static final List<ClassRules> CLASSES = List.of(new JobStatusRules());

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final boolean warm;
    private final ProjectCompiler compiler;
    private final FunctionsModule module;
    private final SharedRuntime shared;
    private final NodeRuntime node;
    private final Launcher launcher;
    private final HostedRuntime hosted;
    private final IsolatedRuntime isolated;
    private final WasmRuntime wasm;

    /// What functions stand on.
    ///
    /// @param apps how many there are
    /// @param meters takes what calls count for that no operation stands for
    record Dependencies(
            Platform platform,
            FileService files,
            HookDirectory hooks,
            Function<App, Optional<String>> webhookKeys,
            IntSupplier apps,
            Consumer<Metering> meters) {}

    /// @param data the data folder
    /// @param compiler settings of compiling
    /// @param shared settings of the shared runtime
    /// @param hosted settings of processes that host micro apps
    /// @param node settings of Node.js processes
    /// @param isolated settings of micro apps in processes of their own
    /// @param memory of all processes that run functions, in bytes
    /// @param kubernetes whether those are pods, and settings of them
    /// @param wasm settings of WebAssembly
    /// @param outbound which servers functions may connect to
    /// @param warm whether to get ready for the first deploy after the start
    record Settings(
            Path data,
            FunctionsSettings functions,
            CompilerSettings compiler,
            SharedSettings shared,
            HostedSettings hosted,
            NodeSettings node,
            IsolatedSettings isolated,
            long memory,
            KubernetesSettings kubernetes,
            WasmSettings wasm,
            OutboundPolicy outbound,
            boolean warm) {
        /// @param data the data folder
        static Settings read(dev.rialto.kernel.Settings in, Path data) {
            IsolatedSettings isolated = IsolatedSettings.read(in);
            HostedSettings hosted = HostedSettings.read(in);
            return new Settings(
                    data,
                    FunctionsSettings.read(in),
                    CompilerSettings.read(in, data),
                    SharedSettings.read(in),
                    hosted,
                    NodeSettings.read(in, data),
                    isolated,
                    DeclaredMemory.read(in, isolated.limits().memory(), hosted.memory()),
                    KubernetesSettings.read(in),
                    WasmSettings.read(in),
                    OutboundPolicy.read(in),
                    in.yes("functions.warm", true));
        }
    }

    FunctionsCapability(Dependencies dependencies, Settings settings) {
        warm = settings.warm();
        try {
            compiler = new ProjectCompiler(settings.compiler());
            opened.push(compiler);
            var hosting = new CompletableFuture<FunctionsModule>();
            WorkerLog log =
                    (release, level, message) ->
                            hosting.join().log(release.app(), release.microApp(), level, message);
            shared = new SharedRuntime(settings.shared(), log::log, GroovyAllowList.language());
            opened.push(shared);
            var surroundings =
                    new Surroundings(
                            System.getenv(),
                            WorkerBudgets.ofHeap(new DeclaredMemory(settings.memory())));
            node =
                    new NodeRuntime(
                            settings.node(),
                            settings.outbound(),
                            new CloudRest(
                                    dependencies.platform().calls(),
                                    dependencies.platform().publicUrl()),
                            log,
                            surroundings,
                            dependencies.platform().timing());
            opened.push(node);
            launcher =
                    new Launcher(
                            settings.isolated(),
                            Launcher.Purpose.isolated(Optional.of(settings.data())),
                            surroundings);
            var jvm = new JvmImage();
            hosted =
                    new HostedRuntime(
                            new Launcher(
                                    settings.isolated().with(settings.hosted().namespaces()),
                                    Launcher.Purpose.hosted(Optional.of(settings.data())),
                                    surroundings),
                            jvm,
                            settings.hosted(),
                            SentSettings.wire(settings.shared()),
                            log,
                            dependencies.platform().timing());
            opened.push(hosted);
            isolated = isolated(settings, jvm, log, surroundings, dependencies.platform().timing());
            opened.push(isolated);
            wasm = new WasmRuntime(settings.wasm());
            opened.push(wasm);
            var platform = dependencies.platform();
            var webhooks =
                    new Webhooks(
                            dependencies.hooks(),
                            platform.objects().objects(),
                            dependencies.webhookKeys());
            opened.push(webhooks);
            List<FunctionRuntime> runtimes = List.of(shared, hosted, node, isolated, wasm);
            var outbound =
                    new OutboundClients(
                            settings.outbound(),
                            settings.functions().httpSize(),
                            platform.timing());
            opened.push(outbound);
            module =
                    new FunctionsModule(
                            new FunctionsModule.Dependencies(
                                    platform.database(),
                                    platform.store().invalidations(),
                                    new ServerApps(platform, dependencies.apps()),
                                    compiler,
                                    settings.compiler().limits(),
                                    runtimes,
                                    services(dependencies, outbound),
                                    webhooks,
                                    platform.objects().takesTriggers(),
                                    new FunctionsModule.Changes(
                                            new ChangeLog(platform.database()),
                                            platform.store().changes(),
                                            platform.objects().watching()),
                                    platform.clock(),
                                    platform.timing()),
                            settings.functions());
            opened.push(module);
            hosting.complete(module);
        } catch (RuntimeException failure) {
            Storage.closeAll(opened, Optional.of(failure));
            throw failure;
        }
    }

    /// What is of Kubernetes is loaded only where it is used.
    private IsolatedRuntime isolated(
            Settings settings,
            JvmImage jvm,
            WorkerLog log,
            Surroundings surroundings,
            Timing timing) {
        var images = new IsolatedRuntime.Images(jvm, new HttpImage(jvm));
        return switch (settings.kubernetes().on()) {
            case MACHINE -> new IsolatedRuntime(launcher, images, log, timing);
            case KUBERNETES -> {
                var pods =
                        KubernetesPlace.start(
                                settings.kubernetes(),
                                new PodProgram(
                                        List.of("worker"),
                                        memory ->
                                                Map.of(
                                                        "RIALTO_JAVA_OPTIONS",
                                                        JvmImage.heapOption(memory)),
                                        jvm),
                                settings.isolated().start(),
                                surroundings,
                                timing);
                yield new IsolatedRuntime(settings.isolated(), images, pods, log, timing);
            }
        };
    }

    private static HostServices services(Dependencies dependencies, OutboundClients outbound) {
        var platform = dependencies.platform();
        return new HostServices(
                platform.objects().objects(),
                platform.calls(),
                new InProcessRest(platform.calls()),
                outbound,
                new AppFiles(dependencies.files(), platform.publicUrl()),
                new EventStore(platform.database(), platform.clock()),
                dependencies.meters());
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return module.operations();
    }

    @Override
    public Optional<ApiDescriber> describer() {
        return Optional.of(module.describer());
    }

    @Override
    public List<ClassRules> classes() {
        return CLASSES;
    }

    @Override
    public List<CapabilityListing> contributed(App app) {
        return module.contributed(app);
    }

    @Override
    public void measure(Gauges to) {
        module.measure(to);
        shared.measure(to);
        node.measure(to);
        hosted.measure(to);
        isolated.measure(to);
        wasm.measure(to);
    }

    @Override
    public void start() {
        node.announce();
        launcher.announce();
        if (warm) {
            // The first deploy after the start is as fast as the others.
            compiler.warm();
        }
        module.start();
    }

    @Override
    public void tidy(App app) {
        module.tidy(app);
    }

    /// What apps want done when objects are written and found.
    Triggers triggers() {
        return module.triggers();
    }

    @Override
    public void close() {
        Storage.closeAll(opened, Optional.empty());
    }

    private record ServerApps(Platform platform, IntSupplier number)
            implements FunctionsModule.Apps {
        @Override
        public Optional<App> find(String id) {
            return platform.app(id);
        }

        @Override
        public int count() {
            return number.getAsInt();
        }
    }

    /// An app's files as its functions see them.
    private record AppFiles(FileService shelf, Supplier<String> publicUrl)
            implements HostServices.Files {
        @Override
        public ObjectNode save(App app, String name, String contentType, byte[] content) {
            NewFile stored = shelf.save(app, name, contentType, content);
            String url =
                    stored.elsewhere()
                            .orElseGet(() ->
                                    FileAddress.url(publicUrl.get(), app.id(), stored.name()));
            return Json.object().put("name", stored.name()).put("url", url);
        }

        @Override
        public byte[] read(App app, String name) {
            return shelf.read(app, name);
        }

        @Override
        public void delete(App app, String name) {
            shelf.delete(app, name);
        }
    }
}
