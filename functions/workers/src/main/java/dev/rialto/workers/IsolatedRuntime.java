package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Timing;

/// Runs each micro app in processes of its own, which may do what they like with their memory and
/// threads, and whose end nobody else notices.
public final class IsolatedRuntime implements FunctionRuntime {
    /// Its name in `micro-app.json`.
    public static final String NAME = "isolated";

    private final IsolatedSettings settings;
    private final Image image;
    private final Fleets fleets;

    /// @param image runs micro apps of the JVM
    /// @param log takes lines that belong to no call
    public IsolatedRuntime(Launcher launcher, Image image, WorkerLog log, Timing timing) {
        this.settings = launcher.settings();
        this.image = image;
        this.fleets = new Fleets(launcher, log, timing);
        fleets.keepWarm(image);
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
                fleets::revisions);
        to.gauge(
                "rialto.functions.isolated.instances",
                "Processes of isolated micro apps.",
                fleets::instances);
        to.gauge(
                "rialto.functions.isolated.waiting",
                "Calls that wait for a process of an isolated micro app.",
                fleets::waiting);
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        return fleets.open(
                release,
                new SentArtifact(image, release, artifact, new HostRequests(), Json.object()),
                settings.limits().declaredBy(artifact),
                settings.scale().declaredBy(artifact));
    }

    @Override
    public void close() {
        fleets.close();
    }
}
