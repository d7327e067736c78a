package dev.rialto.hosting;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.hosting.Revision.Identity;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Invalidations;
import dev.rialto.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What functions there are, on this node: a copy of the store for each app, renewed when some node
/// changes it. Revisions that stay keep what they have loaded.
final class FunctionDirectory implements Invalidations.Listener {
    /// What [Invalidations] calls a change of an app's micro apps.
    static final Invalidations.Kind CHANGED = new Invalidations.Kind("functions");

    private static final Logger LOG = Logger.getLogger(FunctionDirectory.class.getName());

    private record Copy(App app, AppFunctions functions) {}

    private record Key(String schema, String microApp, int number) {}

    private final RevisionStore store;
    private final Map<String, FunctionRuntime> runtimes = new HashMap<>();
    private final Placements placements;
    private final Map<String, Copy> known = new ConcurrentHashMap<>();
    private final Map<Key, ServedRevision> previews = new ConcurrentHashMap<>();

    FunctionDirectory(RevisionStore store, List<FunctionRuntime> runtimes, Placements placements) {
        this.store = store;
        this.placements = placements;
        runtimes.forEach(each -> this.runtimes.put(each.name(), each));
    }

    AppFunctions of(App app) {
        Copy found = known.get(app.schema());
        return found == null ? first(app) : found.functions();
    }

    private synchronized AppFunctions first(App app) {
        Copy found = known.get(app.schema());
        if (found == null) {
            found = new Copy(app, read(app, null));
            known.put(app.schema(), found);
        }
        return found.functions();
    }

    /// Finds which revision of each micro app a call is for.
    Predicate<ServedInterface> selectedFor(Origin origin) {
        if (origin.previews().isEmpty()) {
            return exposed ->
                    exposed.isAlone()
                            || exposed.number()
                                    == exposed.microApp().traffic().choose(origin.sameClient());
        }
        return exposed -> {
            Traffic traffic = exposed.microApp().traffic();
            int wanted =
                    origin.previews()
                            .getOrDefault(
                                    exposed.microApp().name(), traffic.choose(origin.sameClient()));
            return exposed.number() == wanted;
        };
    }

    /// What there is for a call, previewed revisions in place of the live ones.
    AppFunctions of(Origin origin) {
        AppFunctions usual = of(origin.app());
        if (origin.previews().isEmpty()) {
            return usual;
        }
        Map<String, MicroApp> microApps = new HashMap<>();
        List<ServedRevision> revisions = new ArrayList<>();
        for (ServedRevision each : usual.revisions()) {
            if (!origin.previews().containsKey(each.revision().microApp())) {
                revisions.add(each);
            }
        }
        usual.all().forEach(each -> microApps.put(each.microApp().name(), each.microApp()));
        origin.previews()
                .forEach((name, number) -> {
                    MicroApp microApp =
                            store.microApp(origin.app(), name)
                                    .orElseThrow(() -> noPreview(name, number));
                    if (number < microApp.traffic().live() && !origin.caller().seesEverything()) {
                        // What was replaced may have been so for a reason.
                        throw noPreview(name, number);
                    }
                    microApps.put(name, microApp);
                    revisions.add(preview(origin.app(), name, number));
                });
        return new AppFunctions(microApps, revisions);
    }

    /// Keeps a revision that is loaded already for those who ask for it.
    void preview(App app, ServedRevision ready) {
        var key = new Key(app.schema(), ready.revision().microApp(), ready.revision().number());
        previews.put(key, ready);
    }

    private ServedRevision preview(App app, String name, int number) {
        return previews.computeIfAbsent(
                new Key(app.schema(), name, number),
                _ ->
                        store.revision(app, name, number)
                                .map(each -> served(app, each, setup(app, each)))
                                .orElseThrow(() -> noPreview(name, number)));
    }

    private ServedRevision.Setup setup(App app, Revision revision) {
        return store.microApp(app, revision.microApp())
                .map(each -> setup(each, revision.descriptor().runtime()))
                .orElseThrow(() -> noPreview(revision.microApp(), revision.number()));
    }

    /// How a revision is to be loaded.
    ///
    /// @param declared the runtime that its developers ask for
    ServedRevision.Setup setup(MicroApp microApp, String declared) {
        return new ServedRevision.Setup(
                microApp.config(), placements.of(microApp.moved(), declared));
    }

    private static RialtoException noPreview(String name, int number) {
        return new RialtoException(
                ErrorCode.SCRIPT_FAILED, "there is no revision " + number + " of " + name);
    }

    /// Makes a revision ready to be called.
    ///
    /// @throws RefusedException when it can't be run
    LoadedRevision load(Release release, Artifact artifact, String runtime) {
        FunctionRuntime wanted = runtimes.get(runtime);
        if (wanted == null) {
            throw new RefusedException(
                    Problem.of(
                            "there is no runtime \""
                                    + runtime
                                    + "\": it is one of "
                                    + String.join(
                                            ", ", runtimes.keySet().stream().sorted().toList())));
        }
        return wanted.load(release, artifact);
    }

    /// Renews the copy of an app.
    ///
    /// @param ready a revision that is loaded already; retired if another took its place meanwhile
    void renew(App app, @Nullable ServedRevision ready) {
        // Outside of the lock: to end a process takes a while.
        replace(app, ready).forEach(ServedRevision::retire);
    }

    /// @return what is not called any more
    private synchronized List<ServedRevision> replace(App app, @Nullable ServedRevision ready) {
        Copy old = known.get(app.schema());
        AppFunctions now = read(app, ready);
        known.put(app.schema(), new Copy(app, now));
        Set<ServedRevision> stay = Set.copyOf(now.revisions());
        List<ServedRevision> gone = new ArrayList<>();
        Stream.concat(
                        old == null ? Stream.empty() : old.functions().revisions().stream(),
                        Stream.ofNullable(ready))
                .filter(each -> !stay.contains(each))
                .forEach(gone::add);
        previews.entrySet()
                .removeIf(each -> {
                    boolean isOfApp = each.getKey().schema().equals(app.schema());
                    if (isOfApp) {
                        gone.add(each.getValue());
                    }
                    return isOfApp;
                });
        return gone;
    }

    private AppFunctions read(App app, @Nullable ServedRevision ready) {
        Map<Identity, ServedRevision> atHand = new HashMap<>();
        Copy before = known.get(app.schema());
        if (before != null) {
            before.functions()
                    .revisions()
                    .forEach(each -> atHand.put(each.revision().identity(), each));
        }
        if (ready != null) {
            atHand.put(ready.revision().identity(), ready);
        }
        Map<String, MicroApp> microApps = new HashMap<>();
        store.microApps(app).forEach(each -> microApps.put(each.name(), each));
        List<Identity> called = store.called(app);
        Map<Identity, Revision> others = others(app, called, atHand.keySet());
        List<ServedRevision> revisions = new ArrayList<>();
        for (Identity each : called) {
            MicroApp microApp = microApps.get(each.microApp());
            ServedRevision kept = atHand.get(each);
            Revision revision = kept == null ? others.get(each) : kept.revision();
            if (microApp == null || revision == null) {
                // It went or came between two looks: whoever changed that has this renewed again.
                continue;
            }
            ServedRevision.Setup setup = setup(microApp, revision.descriptor().runtime());
            revisions.add(
                    kept != null && kept.setup().equals(setup)
                            ? kept
                            : served(app, revision, setup));
        }
        return new AppFunctions(microApps, revisions);
    }

    /// Reads the called revisions that are not loaded.
    private Map<Identity, Revision> others(App app, List<Identity> called, Set<Identity> atHand) {
        Set<String> microApps = new HashSet<>();
        for (Identity each : called) {
            if (!atHand.contains(each)) {
                microApps.add(each.microApp());
            }
        }
        Map<Identity, Revision> read = new HashMap<>();
        if (!microApps.isEmpty()) {
            store.called(app, microApps).forEach(each -> read.put(each.identity(), each));
        }
        return read;
    }

    private ServedRevision served(App app, Revision revision, ServedRevision.Setup setup) {
        return new ServedRevision(revision, setup, () -> load(app, revision, setup));
    }

    /// Loads a revision that is stored.
    ///
    /// @throws RefusedException when it can't be run
    LoadedRevision load(App app, Revision revision, ServedRevision.Setup setup) {
        String name = revision.microApp();
        var artifact =
                store.artifact(app, name, revision.number())
                        .orElseThrow(() -> noPreview(name, revision.number()));
        return load(
                new Release(app, name, revision.number(), setup.config()),
                artifact,
                setup.runtime());
    }

    /// Renews the copy of an app whose functions changed, somewhere.
    @Override
    public void changed(App app, String key) {
        changed(app.schema());
    }

    private void changed(String schema) {
        Copy old = known.get(schema);
        if (old != null) {
            Thread.ofVirtual().name("functions-changed").start(() -> renewOrForget(old.app()));
        }
    }

    /// The next call reads what could not be read now; of an app that was deleted there is nothing.
    private void renewOrForget(App app) {
        try {
            renew(app, null);
        } catch (StoreException | RialtoException failure) {
            LOG.log(Level.FINE, failure, () -> "can't renew the functions of " + app.id());
            forget(app);
        }
    }

    private void forget(App app) {
        Copy old = known.remove(app.schema());
        if (old != null) {
            old.functions().revisions().forEach(ServedRevision::retire);
        }
    }

    @Override
    public void everythingChanged() {
        known.keySet().forEach(this::changed);
    }
}
