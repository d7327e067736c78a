package dev.rialto.hosting;

import dev.rialto.hosting.AppFunctions.Exposed;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.spi.Artifact;
import dev.rialto.runtime.spi.Binding;
import dev.rialto.runtime.spi.Descriptor;
import dev.rialto.runtime.spi.InterfaceDescriptor;
import dev.rialto.runtime.spi.LoadedRevision;
import dev.rialto.runtime.spi.Problem;
import dev.rialto.runtime.spi.RefusedException;
import dev.rialto.runtime.spi.Release;
import dev.rialto.store.Database;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Deploys micro apps and says which of their revisions are called. A revision is compiled and
/// loaded before anything is written; then one transaction stores it and switches to it, so that
/// whatever happens either the old or the new one is called.
final class Deployer {
    private final Database database;
    private final RevisionStore store;
    private final FunctionCalls calls;
    private final FunctionDirectory directory;
    private final LiveBindings bindings;
    private final Upload upload;
    private final InstantSource clock;

    Deployer(
            Database database,
            RevisionStore store,
            FunctionCalls calls,
            LiveBindings bindings,
            Upload upload,
            InstantSource clock) {
        this.database = database;
        this.store = store;
        this.calls = calls;
        this.directory = calls.directory();
        this.bindings = bindings;
        this.upload = upload;
        this.clock = clock;
    }

    /// What a deployment brought about.
    record Deployed(Revision revision, MicroApp microApp) {}

    /// Deploys a zip of sources or a jar.
    ///
    /// @throws RefusedException with all that is wrong with it
    Deployed deploy(App app, byte[] zip, Deployment how) {
        Artifact artifact = upload.artifact(zip, how.name().orElse("cloud"));
        // The name is in the descriptor; runtimes that find the interfaces themselves tell them
        // when they have loaded.
        String name = Descriptor.name(artifact);
        Map<String, String> config =
                store.microApp(app, name).map(MicroApp::config).orElse(Map.of());
        LoadedRevision loaded =
                directory.load(
                        new Release(app, name, store.nextNumber(app, name), config),
                        artifact,
                        Descriptor.runtime(artifact));
        try {
            requireFree(app, loaded.descriptor());
            Deployed deployed =
                    database.inTransaction(() -> switchTo(app, artifact, loaded.descriptor(), how));
            var served = new ServedRevision(deployed.revision(), config, loaded);
            calls.forget(app, loaded.descriptor().prefix());
            if (how.reach() == Deployment.Reach.PREVIEW) {
                directory.renew(app, null);
                directory.preview(app, served);
            } else {
                directory.renew(app, served);
            }
            return deployed;
        } catch (RuntimeException failure) {
            loaded.close();
            throw failure;
        }
    }

    private Deployed switchTo(App app, Artifact artifact, Descriptor descriptor, Deployment how) {
        MicroApp before = store.locked(app, descriptor.name());
        var revision =
                new Revision(
                        before.name(),
                        store.nextNumber(app, before.name()),
                        descriptor,
                        clock.instant().truncatedTo(ChronoUnit.MICROS));
        Traffic traffic = before.traffic();
        MicroApp after =
                before.with(
                        switch (how.reach()) {
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
        bindings.changed(app, after.name());
        return new Deployed(revision, after);
    }

    /// Names of cloud functions and jobs are unique in an app.
    private void requireFree(App app, Descriptor descriptor) {
        List<Problem> problems = new ArrayList<>();
        for (Exposed other : directory.of(app).all()) {
            if (other.microApp().name().equals(descriptor.name())) {
                continue;
            }
            for (InterfaceDescriptor each : descriptor.interfaces()) {
                if (other.address().equals(descriptor.address(each))) {
                    problems.add(taken("the address " + other.address(), other));
                }
                for (Binding binding : each.bindings()) {
                    if (other.descriptor().bindings().contains(binding)) {
                        name(binding).ifPresent(name -> problems.add(taken(name, other)));
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    /// What of a binding only one micro app may have.
    private static Optional<String> name(Binding binding) {
        return switch (binding) {
            case Binding.CloudFunction(String name) ->
                    Optional.of("the cloud function \"" + name + "\"");
            case Binding.Job(String name) -> Optional.of("the job \"" + name + "\"");
            case Binding.Endpoint(String method, String path) ->
                    Optional.of("the endpoint " + method + " " + path);
            case Binding.Trigger _, Binding.Schedule _, Binding.OnChange _, Binding.OnEvent _ ->
                    Optional.empty();
        };
    }

    private static Problem taken(String what, Exposed other) {
        return Problem.of(what + " is taken by the micro app " + other.microApp().name());
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

    /// Sets values of the configuration; revisions are loaded anew with it.
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
                    return new MicroApp(name, config, before.traffic());
                });
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
