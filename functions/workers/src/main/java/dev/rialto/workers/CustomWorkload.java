package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// A micro app that is a command.
///
/// @param load makes the frames that make a worker load it
/// @param closing removes what was made for it
record CustomWorkload(
        Image image,
        Descriptor descriptor,
        Supplier<List<ObjectNode>> load,
        WorkerRequests requests,
        Runnable closing)
        implements Workload {
    private static final int QUARTERS = 4;

    /// A program that speaks the worker protocol itself and finds its files where it starts.
    static CustomWorkload command(CustomProject project, Release release, Artifact artifact) {
        ArtifactFolder folder = ArtifactFolder.of(artifact);
        return new CustomWorkload(
                new CommandImage(project.words(), folder.files()),
                project.descriptor(),
                () -> List.of(LoadFrames.load(release, Json.object())),
                new HostRequests(),
                folder::delete);
    }

    /// A program that serves HTTP.
    ///
    /// @param bridge the worker that starts it
    /// @param start how long it may take to start
    static CustomWorkload http(
            CustomProject project,
            Image bridge,
            Duration start,
            Release release,
            Artifact artifact) {
        return new CustomWorkload(
                bridge,
                project.descriptor(),
                () -> {
                    List<ObjectNode> frames = LoadFrames.all(release, artifact, Json.object());
                    // It says why before the server gives it up.
                    long within = start.dividedBy(QUARTERS).multipliedBy(QUARTERS - 1).toMillis();
                    ObjectNode load = frames.getLast().put("within", within);
                    project.words().forEach(load.putArray("command")::add);
                    project.takingRequests().forEach(load.putArray("takingRequests")::add);
                    project.environment().forEach(load.putArray("environment")::add);
                    return frames;
                },
                new HostRequests(),
                () -> {});
    }

    @Override
    public Map<String, String> variables() {
        return Map.of();
    }

    @Override
    public List<ObjectNode> frames() {
        return load.get();
    }

    @Override
    public boolean logsFailures() {
        return false;
    }

    @Override
    public Descriptor descriptor(ObjectNode ready) {
        return descriptor;
    }

    @Override
    public RefusedException refused(ObjectNode answer) {
        return LoadFrames.refused(answer);
    }

    @Override
    public void close() {
        closing.run();
    }
}
