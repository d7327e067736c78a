package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The frames that make a worker load a revision: one for each file, then one that says that all
/// are there; and what a worker answers that can't.
public final class LoadFrames {
    private LoadFrames() {}

    /// @param hardened how the code is hardened; an empty one for code that may do everything
    static List<ObjectNode> all(Release release, Artifact artifact, ObjectNode hardened) {
        List<ObjectNode> frames = new ArrayList<>();
        artifact.files().forEach((path, content) -> frames.add(file(path, content)));
        frames.add(load(release, hardened));
        return frames;
    }

    private static ObjectNode file(String path, byte[] content) {
        return Json.object().put("type", "file").put("path", path).put("content", content);
    }

    /// @param hardened how the code is hardened; an empty one for code that may do everything
    static ObjectNode load(Release release, ObjectNode hardened) {
        ObjectNode frame = load(release);
        if (!hardened.isEmpty()) {
            frame.set("hardened", hardened);
        }
        return frame;
    }

    public static ObjectNode load(Release release) {
        ObjectNode frame =
                Json.object()
                        .put("type", "load")
                        .put("app", release.app().id())
                        .put("microApp", release.microApp())
                        .put("revision", release.number());
        ObjectNode config = frame.putObject("config");
        release.config().forEach(config::put);
        return frame;
    }

    /// What is wrong with a revision.
    ///
    /// @param answer the `refused` frame of a worker
    public static RefusedException refused(ObjectNode answer) {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode each : answer.path("problems")) {
            problems.add(
                    new Problem(
                            each.path("file").asString(""),
                            each.path("line").asInt(0),
                            each.path("column").asInt(0),
                            each.path("message").asString("")));
        }
        return new RefusedException(
                problems.isEmpty()
                        ? List.of(Problem.of("the worker refused it without a reason"))
                        : problems);
    }
}
