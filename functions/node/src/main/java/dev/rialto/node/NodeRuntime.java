package dev.rialto.node;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.workers.OutgoingBudget;
import dev.rialto.workers.Worker;
import dev.rialto.workers.WorkerLog;
import dev.rialto.workers.WorkerRevision;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Runs cloud code that was written for Parse Server, each revision in its own Node.js process.
/// Node.js is located when the first project is loaded.
public final class NodeRuntime implements FunctionRuntime {
    /// Its name in `micro-app.json`.
    public static final String NAME = "node";

    private final NodeSettings settings;
    private final OutboundPolicy outbound;
    private final RestGateway rest;
    private final WorkerLog log;
    private final Map<String, String> environment;
    private final SdkFolder sdk;
    private final Confinement confinement;
    private final Ids ids = new Ids();
    private final OutgoingBudget outgoing = OutgoingBudget.ofHeap();
    private final AtomicBoolean swept = new AtomicBoolean();
    private final Set<WorkerRevision> open = ConcurrentHashMap.newKeySet();

    /// @param outbound which servers cloud code may connect to
    /// @param environment the server's: PATH and TZ are passed on
    public NodeRuntime(
            NodeSettings settings,
            OutboundPolicy outbound,
            RestGateway rest,
            WorkerLog log,
            Map<String, String> environment) {
        this.settings = settings;
        this.outbound = outbound;
        this.rest = rest;
        this.log = log;
        this.environment = Map.copyOf(environment);
        this.sdk = new SdkFolder(settings.folder(), searchPath());
        this.confinement = new Confinement(settings, searchPath());
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Registers a gauge for the number of processes.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.functions.node.revisions",
                "Revisions of cloud code with a running Node.js process.",
                open::size);
    }

    /// Checks in the background whether this system can confine processes, and logs what it can't
    /// do.
    public void announce() {
        Thread.ofPlatform().daemon().name("node-confinement").start(confinement::announce);
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        ObjectNode microApp = Definitions.microApp(artifact);
        String main = ProjectFolder.main(artifact, microApp);
        NodeProgram node = NodeProgram.find(settings.command(), searchPath());
        var shared =
                new Launch.WorkerEnvironment(
                        settings,
                        node,
                        sdk.ensure(node),
                        confinement.namespaces(),
                        searchPath(),
                        environment.getOrDefault("TZ", "UTC"),
                        outgoing);
        if (swept.compareAndSet(false, true)) {
            ProjectFolder.sweep(shared.sdk());
            Connections.sweep();
        }
        ProjectFolder project = ProjectFolder.unpack(shared.sdk(), artifact, ids);
        Connections connections = Connections.open(outbound.rules(release.app()));
        ObjectNode frame =
                Launch.frame(release, microApp, main)
                        .put("serverUrl", rest.publicUrl())
                        .put("folder", shared.seen(project))
                        .put("connections", shared.seen(connections));
        BiConsumer<String, String> lines = (level, line) -> log.log(release, level, line);
        AtomicReference<@Nullable WorkerRevision> revision = new AtomicReference<>();
        var workers =
                new Launch(
                        shared,
                        project,
                        new Launch.Channels(
                                new CloudRequests(release.app(), rest, connections),
                                connections,
                                lines),
                        frame,
                        () -> forget(revision.get()));
        try {
            WorkerRevision started = start(microApp, workers, lines);
            revision.set(started);
            open.add(started);
            return started;
        } catch (RuntimeException refused) {
            workers.close();
            throw refused;
        }
    }

    private void forget(@Nullable WorkerRevision revision) {
        if (revision != null) {
            open.remove(revision);
        }
    }

    @Override
    public void close() {
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

    private static WorkerRevision start(
            ObjectNode microApp, Launch workers, BiConsumer<String, String> lines) {
        Worker worker = workers.launch();
        try {
            Descriptor descriptor = Definitions.descriptor(microApp, workers.load(worker));
            workers.watch(worker);
            return new WorkerRevision(descriptor, worker, workers, lines);
        } catch (RuntimeException refused) {
            worker.close();
            worker.awaitEnd();
            throw refused;
        }
    }

    private String searchPath() {
        return environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    }
}
