package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// A micro app whose files are sent to its workers, and whose artifact says what it exposes.
///
/// @param hardened how its code is hardened; empty when it may do everything
record SentArtifact(
        Image image,
        Release release,
        Artifact artifact,
        WorkerRequests requests,
        ObjectNode hardened)
        implements Workload {
    @Override
    public Map<String, String> variables() {
        return Map.of();
    }

    @Override
    public List<ObjectNode> frames() {
        return LoadFrames.all(release, artifact, hardened);
    }

    @Override
    public Descriptor descriptor(ObjectNode ready) {
        return Descriptor.of(artifact);
    }

    @Override
    public RefusedException refused(ObjectNode answer) {
        return LoadFrames.refused(answer);
    }

    @Override
    public void close() {
        // Its workers' folders had its files.
    }
}
