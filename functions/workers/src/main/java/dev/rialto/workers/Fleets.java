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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The revisions of a runtime that run in processes of their own, as many as their calls need and
/// this node has room for.
public final class Fleets implements AutoCloseable {
    private final IsolatedSettings settings;
    private final Place place;
    private final Capacity capacity;
    private final WorkerLog log;
    private final Timing timing;
    private final Set<IsolatedRevision> open = ConcurrentHashMap.newKeySet();

    /// @param log takes lines that belong to no call
    Fleets(Launcher launcher, WorkerLog log, Timing timing) {
        this(launcher.settings(), new MachinePlace(launcher), log, timing);
    }

    /// @param capacity of this node for its processes
    /// @param log takes lines that belong to no call
    public Fleets(Launcher launcher, Capacity capacity, WorkerLog log, Timing timing) {
        this(launcher.settings(), new MachinePlace(launcher), capacity, log, timing);
    }

    /// @param place closed with it
    /// @param log takes lines that belong to no call
    Fleets(IsolatedSettings settings, Place place, WorkerLog log, Timing timing) {
        this(
                settings,
                place,
                new Capacity(settings.instances(), settings.scale().most(), place.memory()),
                log,
                timing);
    }

    private Fleets(
            IsolatedSettings settings,
            Place place,
            Capacity capacity,
            WorkerLog log,
            Timing timing) {
        this.settings = settings;
        this.place = place;
        this.capacity = capacity;
        this.log = log;
        this.timing = timing;
    }

    /// Starts the first process of a revision, so that whoever deploys it is told what is wrong.
    ///
    /// @param limits of each process
    /// @throws RefusedException when it can't be run
    public LoadedRevision open(
            Release release, Workload workload, IsolationLimits limits, Scale scale) {
        BiConsumer<String, String> lines = (level, line) -> log.log(release, level, line);
        var starter = starter(release, workload, limits, lines);
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
                            starter.descriptor(),
                            fleet,
                            timing,
                            !workload.logsFailures(),
                            each -> closed(each, starter));
            open.add(revision);
            started = true;
            return revision;
        } finally {
            if (!started) {
                fleet.close();
                starter.close();
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
                                    + place.instancesSetting()));
        }
    }

    private Starter starter(
            Release release,
            Workload workload,
            IsolationLimits limits,
            BiConsumer<String, String> lines) {
        boolean made = false;
        try {
            var starter =
                    new Starter(workload, place.room(release, workload, limits), limits, lines);
            made = true;
            return starter;
        } finally {
            if (!made) {
                workload.close();
            }
        }
    }

    private void closed(IsolatedRevision revision, Starter starter) {
        open.remove(revision);
        starter.close();
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
        Together.run(open.stream().map(each -> each::close));
        place.close();
    }

    /// Starts the processes of one revision.
    private final class Starter {
        private final Workload workload;
        private final Place.Room room;
        private final IsolationLimits limits;
        private final BiConsumer<String, String> lines;
        private volatile @Nullable Descriptor descriptor;

        Starter(
                Workload workload,
                Place.Room room,
                IsolationLimits limits,
                BiConsumer<String, String> lines) {
            this.workload = workload;
            this.room = room;
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
            Worker.Lines printed = (_, level, line) -> lines.accept(level, line);
            Place.Launched launched;
            try {
                launched = room.launch(printed);
            } catch (UncheckedIOException failure) {
                throw new RefusedException(
                        Problem.of("its process can't be used: " + failure.getMessage()));
            }
            launched.worker()
                    .adopt(new Worker.Handlers(workload.requests(), printed, launched.exits()));
            return launched.worker();
        }

        void close() {
            room.close();
            workload.close();
        }
    }
}
