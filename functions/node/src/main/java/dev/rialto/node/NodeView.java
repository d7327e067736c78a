package dev.rialto.node;

import dev.rialto.workers.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a process in namespaces sees what it is given.
final class NodeView {
    /// The path of the project.
    static final String PROJECT = "/cloud/project";

    /// The path of the connections' sockets.
    static final String CONNECTIONS = "/cloud/net";

    /// The path of Node.js.
    static final String NODE = "/bin/node";

    private static final String SDK = "/cloud";
    private static final int MAX_PROCESSES = 256;

    private NodeView() {}

    /// @param connections where the sockets of its connections are
    /// @param scratch how much it may write, in bytes
    static Namespaces.View of(
            ProjectFolder project, Path sdk, Path connections, NodeProgram node, long scratch) {
        Map<Path, String> seen = new LinkedHashMap<>();
        Path program = real(node.path());
        seen.put(program, NODE);
        seen.put(project.project(), PROJECT);
        for (Path each : SdkFolder.readable(sdk)) {
            seen.put(each, seen(sdk, each).toString());
        }
        seen.put(connections, CONNECTIONS);
        if (program.startsWith("/nix/store")) {
            // Its libraries are next to it.
            seen.put(Path.of("/nix/store"), "/nix/store");
        }
        return new Namespaces.View(project.scratch(), seen, PROJECT, scratch, false, MAX_PROCESSES);
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /// A path of the SDK as a process sees it.
    static Path seen(Path sdk, Path path) {
        return Path.of(SDK).resolve(sdk.relativize(path));
    }
}
