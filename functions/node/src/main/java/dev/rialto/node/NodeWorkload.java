package dev.rialto.node;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.workers.Image;
import dev.rialto.workers.LoadFrames;
import dev.rialto.workers.WorkerRequests;
import dev.rialto.workers.Workload;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// One revision of cloud code, unpacked for its workers.
///
/// @param microApp its own description
/// @param load the frame that makes a worker load it
record NodeWorkload(
        NodeImage nodeImage,
        ProjectFolder project,
        Connections connections,
        WorkerRequests requests,
        ObjectNode microApp,
        ObjectNode load)
        implements Workload {
    @Override
    public Image image() {
        return nodeImage;
    }

    @Override
    public Map<String, String> variables() {
        return Map.of("NODE_ENV", "production");
    }

    @Override
    public List<ObjectNode> frames() {
        return List.of(load.deepCopy());
    }

    @Override
    public Descriptor descriptor(ObjectNode ready) {
        return Definitions.descriptor(microApp, ready);
    }

    @Override
    public RefusedException refused(ObjectNode answer) {
        var check = new SyntaxCheck(nodeImage.node(), project.project());
        return new RefusedException(
                LoadFrames.refused(answer).problems().stream()
                        .map(each -> isSyntax(each) ? check.place(each) : each)
                        .toList());
    }

    /// Node.js does not say where an error of syntax is.
    private static boolean isSyntax(Problem problem) {
        return problem.file().isEmpty() && problem.message().startsWith("SyntaxError");
    }

    @Override
    public void close() {
        connections.close();
        project.delete();
    }
}
