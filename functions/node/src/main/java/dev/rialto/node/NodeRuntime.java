package dev.rialto.node;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.Capacity;
import dev.rialto.workers.DeclaredMemory;
import dev.rialto.workers.Fleets;
import dev.rialto.workers.IsolatedSettings.Wanted;
import dev.rialto.workers.IsolationLimits;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.LoadFrames;
import dev.rialto.workers.Programs;
import dev.rialto.workers.Scale;
import dev.rialto.workers.Surroundings;
import dev.rialto.workers.WorkerLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// Runs cloud code that was written for Parse Server, each revision in Node.js processes of its
/// own. Node.js is located when the first project is loaded.
public final class NodeRuntime implements FunctionRuntime {
    /// Its name in `micro-app.json`.
    public static final String NAME = "node";

    private static final Logger LOG = Logger.getLogger(NodeRuntime.class.getName());

    private final NodeSettings settings;
    private final OutboundPolicy outbound;
    private final RestGateway rest;
    private final String searchPath;
    private final SdkFolder sdk;
    private final Launcher launcher;
    private final Fleets fleets;
    private final Ids ids = new Ids();
    private final AtomicBoolean swept = new AtomicBoolean();

    /// @param outbound which servers cloud code may connect to
    /// @param log takes lines that belong to no call
    public NodeRuntime(
            NodeSettings settings,
            OutboundPolicy outbound,
            RestGateway rest,
            WorkerLog log,
            Surroundings surroundings,
            Timing timing) {
        this.settings = settings;
        this.outbound = outbound;
        this.rest = rest;
        this.searchPath = surroundings.searchPath();
        this.sdk = new SdkFolder(settings.folder(), searchPath);
        this.launcher =
                new Launcher(
                        settings.processes(),
                        new Launcher.Purpose(
                                "micro apps in JavaScript",
                                "functions.node",
                                Optional.of(settings.folder())),
                        surroundings);
        // Every micro app keeps a process, and few use a large part of what they may.
        var instances = settings.instances();
        this.fleets =
                new Fleets(
                        launcher,
                        new Capacity(
                                instances.most(),
                                instances.ofApp(),
                                instances.most(),
                                new DeclaredMemory(Long.MAX_VALUE)),
                        log,
                        timing);
    }

    @Override
    public String name() {
        return NAME;
    }

    /// Registers gauges for how much there is of what.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.functions.node.revisions",
                "Revisions of cloud code that are loaded.",
                fleets::revisions);
        to.gauge(
                "rialto.functions.node.instances",
                "Node.js processes of cloud code.",
                fleets::instances);
        to.gauge(
                "rialto.functions.node.waiting",
                "Calls that wait for a Node.js process.",
                fleets::waiting);
    }

    /// Finds out in the background what this system can keep apart, and logs it if Node.js is
    /// installed.
    public void announce() {
        Thread.ofPlatform().daemon().name("node-isolation").start(this::describe);
    }

    private void describe() {
        if (Programs.locate(settings.command(), searchPath).isEmpty()) {
            return;
        }
        try {
            NodeProgram.find(settings.command(), searchPath);
            if (launcher.unconfined().isEmpty()) {
                LOG.info(launcher.description());
            } else {
                LOG.warning(launcher.description() + ": " + consequence());
            }
        } catch (RefusedException unusable) {
            LOG.log(Level.FINE, unusable.getMessage());
        }
    }

    private String consequence() {
        return settings.isolation().namespaces() == Wanted.REQUIRED
                ? "they are rejected, as functions.node.namespaces is required"
                : "cloud code can signal this server's processes, use its network, fill its disk"
                        + " and, where Node.js fails to keep it, read its files: see"
                        + " docs/cloud-code.md";
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        ObjectNode microApp = Definitions.microApp(artifact);
        String main = ProjectFolder.main(artifact, microApp);
        IsolationLimits limits = settings.processes().limits().declaredBy(artifact);
        Scale scale = settings.processes().scale().declaredBy(artifact, NodeSettings.USUAL);
        NodeProgram node = NodeProgram.find(settings.command(), searchPath);
        Path folder = sdk.ensure(node);
        if (swept.compareAndSet(false, true)) {
            ProjectFolder.sweep(folder);
            Connections.sweep();
        }
        ProjectFolder project = ProjectFolder.unpack(folder, artifact, ids);
        Connections connections = Connections.open(outbound.rules(release.app()));
        return fleets.open(
                release,
                new NodeWorkload(
                        new NodeImage(
                                node,
                                folder,
                                project.project(),
                                connections.folder(),
                                settings.isolation().permissions()),
                        project,
                        connections,
                        new CloudRequests(release.app(), rest, connections),
                        microApp,
                        frame(release, microApp, main)),
                limits,
                scale);
    }

    private ObjectNode frame(Release release, ObjectNode microApp, String main) {
        ObjectNode frame =
                LoadFrames.load(release).put("main", main).put("serverUrl", rest.publicUrl());
        var ignore = frame.putArray("ignore");
        microApp.path("ignore").forEach(each -> ignore.add(each.asString("")));
        return frame;
    }

    @Override
    public void close() {
        fleets.close();
    }
}
