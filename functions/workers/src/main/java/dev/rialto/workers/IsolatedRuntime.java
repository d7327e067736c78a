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
    private final Images images;
    private final Fleets fleets;

    /// The programs of this server that run micro apps.
    ///
    /// @param jvm runs those of the JVM
    /// @param http runs those that are programs which serve HTTP
    public record Images(Image jvm, Image http) {}

    /// @param log takes lines that belong to no call
    public IsolatedRuntime(Launcher launcher, Images images, WorkerLog log, Timing timing) {
        this(launcher.settings(), images, warm(launcher, images), log, timing);
    }

    /// @param place where its processes run; closed with it
    public IsolatedRuntime(
            IsolatedSettings settings, Images images, Place place, WorkerLog log, Timing timing) {
        this.settings = settings;
        this.images = images;
        this.fleets = new Fleets(settings, place, log, timing);
    }

    private static Place warm(Launcher launcher, Images images) {
        var here = new MachinePlace(launcher);
        here.keepWarm(images.jvm());
        here.keepWarm(images.http());
        return here;
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
        IsolationLimits limits = settings.limits().declaredBy(artifact);
        Scale scale = settings.scale().declaredBy(artifact);
        return fleets.open(release, workload(release, artifact, limits, scale), limits, scale);
    }

    private Workload workload(
            Release release, Artifact artifact, IsolationLimits limits, Scale scale) {
        if (CustomProject.image(artifact).isEmpty()) {
            return new SentArtifact(
                    images.jvm(), release, artifact, new HostRequests(), Json.object());
        }
        CustomProject project = CustomProject.read(artifact, settings.commands());
        project.requireThreads(limits, scale);
        return project.image().equals(CustomProject.HTTP)
                ? CustomWorkload.http(project, images.http(), settings.start(), release, artifact)
                : CustomWorkload.command(project, release, artifact);
    }

    @Override
    public void close() {
        fleets.close();
    }
}
