package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The revisions of a runtime that run in processes of their own, as many as their calls need and
/// this node has room for.
public final class Fleets implements AutoCloseable {
    private final Launcher launcher;
    private final Capacity capacity;
    private final WorkerLog log;
    private final Timing timing;
    private final Map<Image, WarmPool> warm = new ConcurrentHashMap<>();
    private final Set<IsolatedRevision> open = ConcurrentHashMap.newKeySet();

    /// @param log takes lines that belong to no call
    Fleets(Launcher launcher, WorkerLog log, Timing timing) {
        this(
                launcher,
                new Capacity(
                        launcher.settings().instances(),
                        launcher.settings().scale().most(),
                        launcher.memory()),
                log,
                timing);
    }

    /// @param capacity of this node for its processes
    /// @param log takes lines that belong to no call
    public Fleets(Launcher launcher, Capacity capacity, WorkerLog log, Timing timing) {
        this.launcher = launcher;
        this.capacity = capacity;
        this.log = log;
        this.timing = timing;
    }

    /// Keeps processes of an image ready from the first revision on that runs in it.
    void keepWarm(Image image) {
        IsolatedSettings settings = launcher.settings();
        warm.put(
                image,
                new WarmPool(
                        settings.warm(),
                        () -> launcher.launch(image, settings.limits(), Map.of())));
    }

    /// Starts the first process of a revision, so that whoever deploys it is told what is wrong.
    ///
    /// @param limits of each process
    /// @throws RefusedException when it can't be run
    public LoadedRevision open(
            Release release, Workload workload, IsolationLimits limits, Scale scale) {
        BiConsumer<String, String> lines = (level, line) -> log.log(release, level, line);
        var starter = new Starter(workload, limits, lines);
        var fleet =
                new Fleet<>(
                        release.app().id(),
                        scale,
                        capacity,
                        Fleet.Starter.of(limits.memory(), starter::start),
                        timing,
                        line -> lines.accept("error", line));
        boolean started = false;
        try {
            keep(fleet, release, scale);
            fleet.startFirst();
            var revision =
                    new IsolatedRevision(
                            starter.descriptor(), fleet, timing, this::closed, workload);
            open.add(revision);
            started = true;
            return revision;
        } finally {
            if (!started) {
                fleet.close();
                workload.close();
            }
        }
    }

    private void keep(Fleet<Worker> fleet, Release release, Scale scale) {
        if (scale.provisioned() > 0
                && !capacity.keep(fleet, release.microApp(), scale.provisioned())) {
            throw new RefusedException(
                    new Problem(
                            Artifact.DESCRIPTOR,
                            0,
                            0,
                            "\"scale.provisioned\" is too large: all micro apps of this server"
                                    + " together may keep "
                                    + capacity.mostKept()
                                    + " instances: see "
                                    + launcher.instancesSetting()));
        }
    }

    private void closed(IsolatedRevision revision) {
        open.remove(revision);
    }

    public int revisions() {
        return open.size();
    }

    public int instances() {
        return capacity.taken();
    }

    public int waiting() {
        return open.stream().mapToInt(IsolatedRevision::waiting).sum();
    }

    @Override
    public void close() {
        warm.values().forEach(WarmPool::close);
        Together.run(open.stream().map(each -> each::close));
    }

    /// Starts the processes of one revision.
    private final class Starter {
        private final Workload workload;
        private final IsolationLimits limits;
        private final BiConsumer<String, String> lines;
        private volatile @Nullable Descriptor descriptor;

        Starter(Workload workload, IsolationLimits limits, BiConsumer<String, String> lines) {
            this.workload = workload;
            this.limits = limits;
            this.lines = lines;
        }

        /// What the first process has told.
        Descriptor descriptor() {
            Descriptor told = descriptor;
            if (told == null) {
                throw new IllegalStateException("no process has loaded it");
            }
            return told;
        }

        Worker start() {
            Worker worker = launch();
            boolean loaded = false;
            try {
                IsolatedSettings settings = launcher.settings();
                ObjectNode answer =
                        worker.load(IsolatedRevision.SLOT, workload.frames(), settings.start());
                if (!answer.path("type").asString("").equals("ready")) {
                    throw workload.refused(answer);
                }
                if (descriptor == null) {
                    descriptor = workload.descriptor(answer);
                }
                worker.giveTimeToEnd(workload.image().timeToEnd());
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
            Image image = workload.image();
            WarmPool pool = warm.get(image);
            Worker.Lines printed = (_, level, line) -> lines.accept(level, line);
            Launcher.Launched launched;
            try {
                launched =
                        pool != null && limits.equals(launcher.settings().limits())
                                ? pool.take()
                                : launcher.launch(image, limits, workload.variables(), printed);
            } catch (UncheckedIOException failure) {
                throw new RefusedException(
                        Problem.of("its process can't be used: " + failure.getMessage()));
            }
            launched.worker()
                    .adopt(
                            new Worker.Handlers(
                                    workload.requests(), printed, launched.exits(image)));
            return launched.worker();
        }
    }
}
