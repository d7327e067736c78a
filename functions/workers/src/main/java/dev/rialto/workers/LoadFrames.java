package dev.rialto.workers;

import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Json;
import tools.jackson.databind.node.ObjectNode;

/// The frames that make a worker load a revision: one for each file, then one that says that all
/// are there.
final class LoadFrames {
    private LoadFrames() {}

    static ObjectNode file(String path, byte[] content) {
        return Json.object().put("type", "file").put("path", path).put("content", content);
    }

    /// @param hardened how the code is hardened; an empty one for code that may do everything
    static ObjectNode load(Release release, ObjectNode hardened) {
        ObjectNode frame =
                Json.object()
                        .put("type", "load")
                        .put("app", release.app().id())
                        .put("microApp", release.microApp())
                        .put("revision", release.number());
        ObjectNode config = frame.putObject("config");
        release.config().forEach(config::put);
        if (!hardened.isEmpty()) {
            frame.set("hardened", hardened);
        }
        return frame;
    }
}
