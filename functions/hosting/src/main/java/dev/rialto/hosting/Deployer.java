package dev.rialto.hosting;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Deploys micro apps and says which of their revisions are called. A revision is compiled and
/// loaded before anything is written; then one transaction stores it and switches to it, so that
/// whatever happens either the old or the new one is called.
final class Deployer {
    private static final Logger LOG = Logger.getLogger(Deployer.class.getName());

    /// How often a revision is loaded again because another deployment took its number.
    private static final int ATTEMPTS = 10;

    private final Database database;
    private final RevisionStore store;
    private final FunctionCalls calls;
    private final FunctionDirectory directory;
    private final LiveBindings bindings;
    private final Upload upload;
    private final BindingCheck check;
    private final InstantSource clock;

    Deployer(
            Database database,
            RevisionStore store,
            FunctionCalls calls,
            LiveBindings bindings,
            Upload upload,
            BindingCheck check,
            InstantSource clock) {
        this.database = database;
        this.store = store;
        this.calls = calls;
        this.directory = calls.directory();
        this.bindings = bindings;
        this.upload = upload;
        this.check = check;
        this.clock = clock;
    }

    /// What a deployment brought about.
    ///
    /// @param dropped what the live revision before it had and it lacks
    /// @param notes what whoever deploys it should know
    record Deployed(
            Revision revision, MicroApp microApp, List<String> dropped, List<String> notes) {}

    /// Deploys a zip of sources or a jar.
    ///
    /// @throws RefusedException with all that is wrong with it
    Deployed deploy(App app, byte[] zip, Deployment how) {
        Artifact artifact = upload.artifact(zip, how.name().orElse("cloud"));
        // The name is in the descriptor; runtimes that find the interfaces themselves tell them
        // when they have loaded.
        String name = Descriptor.name(artifact);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ServedRevision.Setup setup =
                    directory.setup(
                            store.microApp(app, name).orElseGet(() -> MicroApp.named(name)),
                            Descriptor.runtime(artifact));
            var release = new Release(app, name, store.nextNumber(app, name), setup.config());
            LoadedRevision loaded = directory.load(release, artifact, setup.runtime());
            Optional<Deployed> deployed = store(release, artifact, loaded, how);
            if (deployed.isPresent()) {
                var served = new ServedRevision(deployed.get().revision(), setup, loaded);
                serve(app, served, how);
                return deployed.get();
            }
        }
        throw new RialtoException(
                ErrorCode.OVERLOADED, name + " is being deployed by somebody else: try again");
    }

    /// Stores a revision and switches to it, or closes it.
    ///
    /// @return empty when another deployment took the number that its code was loaded with
    private Optional<Deployed> store(
            Release release, Artifact artifact, LoadedRevision loaded, Deployment how) {
        boolean stored = false;
        try {
            check.require(loaded.descriptor());
            Optional<Deployed> deployed =
                    database.inTransaction(() -> switchTo(release, artifact, loaded, how));
            stored = deployed.isPresent();
            return deployed;
        } finally {
            if (!stored) {
                loaded.close();
            }
        }
    }

    /// Sends calls on this node to a revision that is stored. A failure here must not be answered
    /// as one of the deployment: it is live, and this node follows when it hears of it.
    private void serve(App app, ServedRevision served, Deployment how) {
        try {
            calls.forget(app, served.revision().descriptor().prefix());
            if (how.routing() == Deployment.Routing.PREVIEW) {
                directory.renew(app, null);
                directory.preview(app, served);
            } else {
                directory.renew(app, served);
            }
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    failure,
                    () ->
                            "revision "
                                    + served.revision().number()
                                    + " of "
                                    + served.revision().microApp()
                                    + " is live, but this node does not call it yet");
            served.retire();
        }
    }

    private Optional<Deployed> switchTo(
            Release release, Artifact artifact, LoadedRevision loaded, Deployment how) {
        Descriptor descriptor = loaded.descriptor();
        App app = release.app();
        MicroApp before = store.locked(app, release.microApp());
        if (store.nextNumber(app, before.name()) != release.number()) {
            return Optional.empty();
        }
        var revision =
                new Revision(
                        before.name(),
                        release.number(),
                        descriptor,
                        clock.instant().truncatedTo(ChronoUnit.MICROS));
        Traffic traffic = before.traffic();
        List<String> dropped = dropped(app, before, descriptor, how);
        MicroApp after =
                before.with(
                        switch (how.routing()) {
                            case ALL -> traffic.publish(revision.number());
                            case SOME ->
                                    traffic.live() == 0
                                            ? traffic.publish(revision.number())
                                            : traffic.split(
                                                    revision.number(), how.percent().orElse(10));
                            case PREVIEW -> traffic;
                        });
        store.add(app, revision, artifact);
        store.update(app, after);
        store.prune(app, after);
        if (how.routing() == Deployment.Routing.PREVIEW) {
            bindings.requireFree(app, descriptor);
        }
        bindings.changed(app, after.name());
        return Optional.of(new Deployed(revision, after, dropped, loaded.notes()));
    }

    private List<String> dropped(App app, MicroApp before, Descriptor descriptor, Deployment how) {
        if (how.routing() == Deployment.Routing.PREVIEW) {
            return List.of();
        }
        List<String> dropped =
                store.revision(app, before.name(), before.traffic().live())
                        .map(live -> Dropped.between(live.descriptor(), descriptor))
                        .orElse(List.of());
        if (how.keeping() && !dropped.isEmpty()) {
            throw new DroppedException(before.name(), dropped);
        }
        return dropped;
    }

    /// All calls go to a revision from now on.
    ///
    /// @param number empty for the candidate or, without one, the newest
    MicroApp publish(App app, String name, Optional<Integer> number) {
        return change(
                app,
                name,
                before -> {
                    Traffic traffic = before.traffic();
                    int wanted =
                            number.orElseGet(() ->
                                    traffic.candidate() != 0
                                            ? traffic.candidate()
                                            : newest(app, name));
                    requireRevision(app, name, wanted);
                    return before.with(traffic.publish(wanted));
                });
    }

    /// Some calls go to a revision from now on.
    MicroApp split(App app, String name, int number, int percent) {
        return change(
                app,
                name,
                before -> {
                    requireRevision(app, name, number);
                    return before.with(before.traffic().split(number, percent));
                });
    }

    /// All calls go to the revision that was live before.
    MicroApp rollback(App app, String name) {
        return change(
                app,
                name,
                before -> {
                    if (before.traffic().previous() == 0) {
                        throw new RialtoException(
                                ErrorCode.OBJECT_NOT_FOUND,
                                name + " has no revision that was live before");
                    }
                    return before.with(before.traffic().rollback());
                });
    }

    /// Sets values of the configuration; revisions are reloaded with it.
    ///
    /// @param values empty ones are removed
    MicroApp configure(App app, String name, Map<String, Optional<String>> values) {
        return change(
                app,
                name,
                before -> {
                    var config = new HashMap<>(before.config());
                    values.forEach((key, value) ->
                            value.ifPresentOrElse(
                                    given -> config.put(key, given), () -> config.remove(key)));
                    return before.with(config);
                });
    }

    /// Runs a micro app elsewhere from now on. It is loaded there before calls go there, and stays
    /// where it was until its last call has ended: no call is lost.
    ///
    /// @param why empty when somebody has asked for it
    /// @throws RefusedException when it can't be run there
    MicroApp move(App app, String name, String runtime, String why) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            MicroApp before = store.microApp(app, name).orElseThrow(() -> notFound(name));
            Optional<Revision> called = store.revision(app, name, before.traffic().live());
            String declared = called.map(each -> each.descriptor().runtime()).orElse(runtime);
            Placements.requireMovable(name, declared, runtime);
            MicroApp after =
                    before.with(
                            Optional.of(new MicroApp.Moved(runtime, why))
                                    .filter(each -> called.isEmpty() || !runtime.equals(declared)));
            Optional<ServedRevision> live = called.map(each -> loadedFor(app, after, each));
            boolean moved = false;
            try {
                moved = database.inTransaction(() -> replace(app, before, after));
            } finally {
                if (!moved) {
                    live.ifPresent(ServedRevision::retire);
                }
            }
            if (moved) {
                follow(app, name, live);
                return after;
            }
        }
        throw new RialtoException(
                ErrorCode.OVERLOADED, name + " is being changed by somebody else: try again");
    }

    /// Sends calls on this node where a micro app was moved to. A failure must not be answered as
    /// one of the move: this node follows when it hears of it.
    private void follow(App app, String name, Optional<ServedRevision> live) {
        try {
            directory.renew(app, live.orElse(null));
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    failure,
                    () -> name + " was moved, but this node does not call it there yet");
            live.ifPresent(ServedRevision::retire);
        }
    }

    private ServedRevision loadedFor(App app, MicroApp microApp, Revision revision) {
        ServedRevision.Setup setup = directory.setup(microApp, revision.descriptor().runtime());
        return new ServedRevision(revision, setup, directory.load(app, revision, setup));
    }

    /// @return false when it has changed meanwhile
    private boolean replace(App app, MicroApp before, MicroApp after) {
        if (store.microApp(app, before.name()).isEmpty()
                || !store.locked(app, before.name()).equals(before)) {
            return false;
        }
        store.update(app, after);
        bindings.changed(app, after.name());
        return true;
    }

    /// Where a micro app runs.
    ///
    /// @param declared the runtime that its developers ask for
    String runtime(MicroApp microApp, String declared) {
        return directory.setup(microApp, declared).runtime();
    }

    void remove(App app, String name) {
        boolean was =
                database.inTransaction(() -> {
                    boolean removed = store.remove(app, name);
                    bindings.changed(app, name);
                    return removed;
                });
        if (!was) {
            throw notFound(name);
        }
        directory.renew(app, null);
    }

    private MicroApp change(App app, String name, UnaryOperator<MicroApp> change) {
        MicroApp after =
                database.inTransaction(() -> {
                    if (store.microApp(app, name).isEmpty()) {
                        throw notFound(name);
                    }
                    MicroApp changed = change.apply(store.locked(app, name));
                    store.update(app, changed);
                    bindings.changed(app, name);
                    return changed;
                });
        directory.renew(app, null);
        return after;
    }

    private int newest(App app, String name) {
        return store.nextNumber(app, name) - 1;
    }

    private void requireRevision(App app, String name, int number) {
        if (store.revision(app, name, number).isEmpty()) {
            throw new RialtoException(
                    ErrorCode.OBJECT_NOT_FOUND, name + " has no revision " + number);
        }
    }

    static RialtoException notFound(String name) {
        return new RialtoException(
                ErrorCode.OBJECT_NOT_FOUND, "there is no micro app \"" + name + "\"");
    }
}
