package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs each micro app in processes of its own, which may do what they like with their memory and
/// threads, and whose end nobody else notices.
public final class IsolatedRuntime implements FunctionRuntime {
    /// Its name in `micro-app.json`.
    public static final String NAME = "isolated";

    private static final Logger LOG = Logger.getLogger(IsolatedRuntime.class.getName());

    /// For processes that have no micro app yet.
    private static final Worker.Handlers NOBODY =
            new Worker.Handlers(
                    new HostRequests(), (_, line) -> LOG.warning(line), _ -> Optional.empty());

    private final IsolatedSettings settings;
    private final Image image;
    private final WarmPool warm;
    private final WorkerLog log;
    private final Map<String, String> variables;
    private final Isolation isolation;
    private final Capacity capacity;
    private final Timing timing;
    private final OutgoingBudget outgoing = OutgoingBudget.ofHeap();
    private final Set<Fleet<Worker>> open = ConcurrentHashMap.newKeySet();

    /// @param image runs micro apps of the JVM
    /// @param environment the server's: PATH and TZ are passed on
    public IsolatedRuntime(
            IsolatedSettings settings,
            Image image,
            WorkerLog log,
            Map<String, String> environment,
            Timing timing) {
        this.settings = settings;
        this.timing = timing;
        this.capacity = new Capacity(settings.instances(), settings.scale().most());
        this.image = image;
        this.log = log;
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        this.variables = Map.of("PATH", path, "TZ", environment.getOrDefault("TZ", "UTC"));
        this.isolation = new Isolation(settings, path);
        this.warm = new WarmPool(settings.warm(), () -> launch(settings.limits()));
    }

    /// Finds out in the background what this system can keep apart, and logs it.
    public void announce() {
        Thread.ofPlatform().daemon().name("isolation").start(isolation::announce);
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Registers gauges for how much there is of what.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.functions.isolated.revisions",
                "Revisions of isolated micro apps that are loaded.",
                open::size);
        to.gauge(
                "rialto.functions.isolated.instances",
                "Processes of isolated micro apps.",
                capacity::taken);
        to.gauge(
                "rialto.functions.isolated.waiting",
                "Calls that wait for a process of an isolated micro app.",
                () -> open.stream().mapToInt(Fleet::waiting).sum());
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        Descriptor descriptor = Descriptor.of(artifact);
        BiConsumer<String, String> lines = (level, line) -> log.log(release, level, line);
        var instances = new Instances(release, artifact, lines);
        var fleet =
                new Fleet<>(
                        release.app().id(),
                        settings.scale().declaredBy(artifact),
                        capacity,
                        instances::start,
                        timing,
                        line -> lines.accept("error", line));
        boolean started = false;
        try {
            fleet.startFirst();
            started = true;
        } finally {
            if (!started) {
                fleet.close();
            }
        }
        var revision = new IsolatedRevision(descriptor, fleet, timing, () -> open.remove(fleet));
        open.add(fleet);
        return revision;
    }

    @Override
    public void close() {
        warm.close();
        List<Thread> closing =
                open.stream().map(each -> Thread.ofVirtual().start(each::close)).toList();
        try {
            for (Thread each : closing) {
                each.join();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Starts the processes of one revision.
    private final class Instances {
        private final Release release;
        private final Artifact artifact;
        private final BiConsumer<String, String> lines;
        private final IsolationLimits limits;
        private final HostRequests requests = new HostRequests();

        Instances(Release release, Artifact artifact, BiConsumer<String, String> lines) {
            this.release = release;
            this.artifact = artifact;
            this.lines = lines;
            this.limits = settings.limits().declaredBy(artifact);
        }

        Worker start() {
            Worker worker = launch();
            boolean loaded = false;
            try {
                artifact.files()
                        .forEach((path, content) -> worker.send(LoadFrames.file(path, content)));
                require(worker.load(LoadFrames.load(release), settings.start()));
                worker.watch(settings.patience(), limits.memory());
                loaded = true;
                return worker;
            } catch (RialtoException failure) {
                throw new RefusedException(Problem.of(failure.getMessage()));
            } finally {
                if (!loaded) {
                    worker.close();
                    worker.awaitEnd();
                }
            }
        }

        private Worker launch() {
            WarmPool.Launched launched =
                    limits.equals(settings.limits())
                            ? warm.take()
                            : IsolatedRuntime.this.launch(limits);
            launched.worker()
                    .adopt(
                            new Worker.Handlers(
                                    requests, lines, code -> meaning(code, launched.prepared())));
            return launched.worker();
        }

        private Optional<String> meaning(int exitCode, Isolation.Prepared prepared) {
            return prepared.group().map(ControlGroup::ranOutOfMemory).orElse(false)
                    ? Optional.of("it took more than " + limits.memoryText() + " of memory")
                    : image.meaning(exitCode);
        }
    }

    /// Starts a process that waits for a micro app.
    private WarmPool.Launched launch(IsolationLimits limits) {
        Isolation.Prepared prepared;
        try {
            prepared = isolation.prepare(image, limits, variables);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        try {
            Worker worker =
                    Worker.start(
                            WorkerProcess.onSocket(
                                    prepared.builder(),
                                    prepared.folder().socket(),
                                    settings.start()),
                            NOBODY,
                            OutgoingFrames.maxOfWorker(),
                            outgoing);
            worker.onEnd(_ -> prepared.delete());
            return new WarmPool.Launched(worker, prepared);
        } catch (IOException failure) {
            prepared.delete();
            throw new UncheckedIOException(failure);
        }
    }

    private static void require(ObjectNode told) {
        if (told.path("type").asString("").equals("ready")) {
            return;
        }
        List<Problem> problems = new ArrayList<>();
        for (JsonNode each : told.path("problems")) {
            problems.add(
                    new Problem(
                            each.path("file").asString(""),
                            each.path("line").asInt(0),
                            each.path("column").asInt(0),
                            each.path("message").asString("")));
        }
        throw new RefusedException(
                problems.isEmpty()
                        ? List.of(Problem.of("the worker refused it without a reason"))
                        : problems);
    }
}
