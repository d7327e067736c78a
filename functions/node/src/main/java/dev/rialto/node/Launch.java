package dev.rialto.node;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How the processes of one revision are started, and what they have in common.
final class Launch implements NodeRevision.Workers {
    private final Ground ground;
    private final ProjectFolder project;
    private final Ends ends;
    private final ObjectNode frame;
    private final List<String> tether;
    private final Runnable closing;

    /// What all processes of a runtime stand on.
    ///
    /// @param sdk the folder of the Parse SDK
    /// @param namespaces empty when processes are not confined in namespaces
    /// @param timeZone the server's
    /// @param outgoing what may wait for all its processes
    record Ground(
            NodeSettings settings,
            NodeProgram node,
            Path sdk,
            Optional<Namespaces> namespaces,
            String searchPath,
            String timeZone,
            OutgoingBudget outgoing) {
        /// A project's folder as its processes see it.
        String seen(ProjectFolder project) {
            return namespaces.isPresent() ? Namespaces.PROJECT : project.project().toString();
        }

        String seen(Connections connections) {
            return namespaces.isPresent()
                    ? Namespaces.CONNECTIONS
                    : connections.folder().toString();
        }
    }

    /// What a process asks for, and where its lines go.
    record Ends(WorkerRequests requests, Connections connections, BiConsumer<String, String> log) {}

    /// @param frame has a worker load the project
    /// @param closing is run when no more processes are started
    Launch(Ground ground, ProjectFolder project, Ends ends, ObjectNode frame, Runnable closing) {
        this.ground = ground;
        this.project = project;
        this.ends = ends;
        this.frame = frame;
        this.closing = closing;
        this.tether = ground.node().tether(ground.searchPath());
        if (ground.namespaces().map(Namespaces::isOtherUser).orElse(false)) {
            ProjectFolder.openForReading(project.project());
        }
    }

    @Override
    public Worker start() {
        Worker worker = launch();
        try {
            load(worker);
            watch(worker);
            return worker;
        } catch (RuntimeException failure) {
            worker.close();
            throw failure;
        }
    }

    @Override
    public void close() {
        closing.run();
        ends.connections().close();
        project.delete();
    }

    void watch(Worker worker) {
        worker.watch(ground.settings().patience(), ground.settings().residentMemory());
    }

    Worker launch() {
        ProcessBuilder builder =
                new ProcessBuilder(command()).directory(project.project().toFile());
        Map<String, String> variables = builder.environment();
        String scratch =
                ground.namespaces().isPresent() ? Namespaces.SCRATCH : project.scratch().toString();
        variables.clear();
        variables.put("PATH", ground.searchPath());
        variables.put("TZ", ground.timeZone());
        variables.put("TMPDIR", scratch);
        variables.put("NODE_ENV", "production");
        try {
            return Worker.start(
                    builder,
                    ends.requests(),
                    ends.log(),
                    OutgoingFrames.mostOfWorker(),
                    ground.outgoing());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return what the project defined
    JsonNode load(Worker worker) {
        ObjectNode report;
        try {
            report = worker.load(frame, ground.settings().start());
        } catch (RialtoException failure) {
            throw new RefusedException(Problem.of(failure.getMessage()));
        }
        if (report.path("type").asString("").equals("refused")) {
            throw refused(report);
        }
        return report;
    }

    private RefusedException refused(JsonNode report) {
        var problem =
                new Problem(
                        report.path("file").asString(""),
                        report.path("line").asInt(0),
                        report.path("column").asInt(0),
                        report.path("message").asString(""));
        return problem.file().isEmpty() && problem.message().startsWith("SyntaxError")
                ? new RefusedException(
                        new SyntaxCheck(ground.node(), project.project()).place(problem))
                : new RefusedException(problem);
    }

    private List<String> command() {
        NodeSettings settings = ground.settings();
        List<String> options = new ArrayList<>();
        options.add("--max-old-space-size=" + settings.memoryMegabytes());
        options.addAll(ground.node().quiet());
        if (settings.isolation().permissions()) {
            options.addAll(permissions());
        }
        options.add(seen(SdkFolder.script(ground.sdk())).toString());
        List<String> command = new ArrayList<>(tether);
        if (ground.namespaces().isPresent()) {
            command.addAll(
                    ground.namespaces()
                            .get()
                            .command(
                                    project,
                                    ground.sdk(),
                                    ends.connections().folder(),
                                    settings.isolation().scratch(),
                                    options));
        } else {
            command.add(ground.node().path().toString());
            command.addAll(options);
        }
        return command;
    }

    private List<String> permissions() {
        List<Path> readable =
                new ArrayList<>(SdkFolder.readable(ground.sdk()).stream().map(this::seen).toList());
        boolean isConfined = ground.namespaces().isPresent();
        readable.add(isConfined ? Path.of(Namespaces.PROJECT) : project.root());
        if (isConfined) {
            readable.add(Path.of(Namespaces.SCRATCH));
        }
        return ground.node()
                .confinement(
                        readable, isConfined ? Path.of(Namespaces.SCRATCH) : project.scratch());
    }

    /// A path of the SDK as processes see it.
    private Path seen(Path path) {
        return ground.namespaces().isPresent() ? Namespaces.seen(ground.sdk(), path) : path;
    }

    /// What a worker is told to load.
    ///
    /// @param main the file to begin with
    static ObjectNode frame(Release release, ObjectNode microApp, String main) {
        ObjectNode frame =
                Json.object()
                        .put("type", "load")
                        .put("applicationId", release.app().id())
                        .put("main", main);
        var ignore = frame.putArray("ignore");
        microApp.path("ignore").forEach(each -> ignore.add(each.asString("")));
        ObjectNode config = frame.putObject("config");
        release.config().forEach(config::put);
        return frame;
    }
}
