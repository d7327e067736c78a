package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// Runs the micro apps of each app, hardened, in one process: as many to a process as in the
/// server, but what they do to its memory or its threads, they do to their own app alone.
public final class HostedRuntime implements FunctionRuntime {
    /// Its name, as operators know it.
    public static final String NAME = "hosted";

    private static final Logger LOG = Logger.getLogger(HostedRuntime.class.getName());

    /// How many calls one process takes at once; its own threads decide how many of them run.
    private static final int CONCURRENCY = 1_000;

    /// Of an app: one, and the one that takes its place.
    private static final int PROCESSES_OF_APP = 2;

    private final Launcher launcher;
    private final Image image;
    private final HostedSettings settings;
    private final IsolationLimits limits;
    private final ObjectNode hardened;
    private final WorkerLog log;
    private final Timing timing;
    private final Capacity capacity;
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();
    private final AtomicInteger lastSlot = new AtomicInteger();
    private final AtomicBoolean announced = new AtomicBoolean();

    /// @param hardened the settings of the code's hardening, for the process
    /// @param log takes lines that belong to no call
    public HostedRuntime(
            Launcher launcher,
            Image image,
            HostedSettings settings,
            ObjectNode hardened,
            WorkerLog log,
            Timing timing) {
        this.launcher = launcher;
        this.image = image;
        this.settings = settings;
        IsolationLimits usual = launcher.settings().limits();
        this.limits =
                new IsolationLimits(
                        settings.memory(), usual.processes(), usual.scratch(), usual.cpus());
        this.hardened = hardened;
        this.log = log;
        this.timing = timing;
        this.capacity = new Capacity(settings.processes(), PROCESSES_OF_APP, launcher.memory());
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Registers gauges for how much there is of what.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.functions.hosted.revisions",
                "Revisions of micro apps that are loaded in processes which host many.",
                () -> hosts.values().stream().mapToInt(each -> each.revisions.size()).sum());
        to.gauge(
                "rialto.functions.hosted.instances",
                "Processes that host the micro apps of an app.",
                capacity::taken);
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        Host host = hosts.computeIfAbsent(release.app().id(), Host::new);
        var workload = new SentArtifact(image, release, artifact, host.requests, hardened);
        var revision =
                new HostedRevision(
                        lastSlot.incrementAndGet(), workload, host.fleet, timing, host::forget);
        host.revisions.put(revision.slot(), revision);
        boolean loaded = false;
        try {
            revision.load(launcher.settings().start());
            loaded = true;
            return revision;
        } catch (RialtoException failure) {
            throw new RefusedException(Problem.of(failure.getMessage()));
        } finally {
            if (!loaded) {
                revision.close();
            }
        }
    }

    @Override
    public void close() {
        Together.run(hosts.values().stream().map(each -> each.fleet::close));
    }

    /// The process of an app, while it has one.
    private final class Host {
        private final HostRequests requests = new HostRequests();
        private final Map<Integer, HostedRevision> revisions = new ConcurrentHashMap<>();
        private final Fleet<HostProcess> fleet;

        Host(String app) {
            Scale usual = launcher.settings().scale();
            this.fleet =
                    new Fleet<>(
                            app,
                            new Scale(0, 1, CONCURRENCY, usual.queue(), settings.idle()),
                            capacity,
                            Fleet.Starter.of(limits.memory(), this::start),
                            timing,
                            line -> write("", "error", line));
        }

        private HostProcess start() {
            if (announced.compareAndSet(false, true) && launcher.unconfined().isPresent()) {
                LOG.info(launcher.description());
            }
            Launcher.Launched launched = launcher.launch(image, limits, Map.of());
            Worker worker = launched.worker();
            worker.adopt(new Worker.Handlers(requests, this::write, launched.exits(image)));
            worker.watch(launcher.settings().patience(), limits.memory());
            return new HostProcess(worker, launcher.settings().start());
        }

        /// What concerns the process concerns all that are in it.
        private void write(String microApp, String level, String line) {
            revisions.values().stream()
                    .map(each -> each.workload().release())
                    .filter(each -> microApp.isEmpty() || each.microApp().equals(microApp))
                    .distinct()
                    .forEach(each -> log.log(each, level, line));
        }

        private void forget(HostedRevision revision) {
            revisions.remove(revision.slot());
        }
    }
}
