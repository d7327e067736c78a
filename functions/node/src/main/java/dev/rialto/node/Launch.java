package dev.rialto.node;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.workers.Namespaces;
import dev.rialto.workers.OutgoingBudget;
import dev.rialto.workers.OutgoingFrames;
import dev.rialto.workers.Worker;
import dev.rialto.workers.WorkerProcess;
import dev.rialto.workers.WorkerRevision;
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

/// Starts the processes of one revision, and holds what they share.
final class Launch implements WorkerRevision.Workers {
    private final WorkerEnvironment environment;
    private final ProjectFolder project;
    private final Channels channels;
    private final ObjectNode frame;
    private final List<String> tether;
    private final Runnable closing;

    /// The settings and folders that all worker processes of a runtime share.
    ///
    /// @param sdk the folder of the Parse SDK
    /// @param namespaces empty if processes are not confined in namespaces
    /// @param timeZone the server's
    /// @param outgoing limits what may wait for all its processes
    record WorkerEnvironment(
            NodeSettings settings,
            NodeProgram node,
            Path sdk,
            Optional<Namespaces> namespaces,
            String searchPath,
            String timeZone,
            OutgoingBudget outgoing) {
        /// A project's folder as its processes see it.
        String seen(ProjectFolder project) {
            return namespaces.isPresent() ? NodeView.PROJECT : project.project().toString();
        }

        String seen(Connections connections) {
            return namespaces.isPresent() ? NodeView.CONNECTIONS : connections.folder().toString();
        }
    }

    /// Handles a process's requests, connections and log lines.
    record Channels(
            CloudRequests requests, Connections connections, BiConsumer<String, String> log) {}

    /// @param frame makes a worker load the project
    /// @param closing runs when no more processes will be started
    Launch(
            WorkerEnvironment environment,
            ProjectFolder project,
            Channels channels,
            ObjectNode frame,
            Runnable closing) {
        this.environment = environment;
        this.project = project;
        this.channels = channels;
        this.frame = frame;
        this.closing = closing;
        this.tether = environment.node().tether(environment.searchPath());
        if (environment.namespaces().map(Namespaces::isOtherUser).orElse(false)) {
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
        channels.connections().close();
        project.delete();
    }

    void watch(Worker worker) {
        worker.watch(environment.settings().patience(), environment.settings().residentMemory());
    }

    Worker launch() {
        ProcessBuilder builder =
                new ProcessBuilder(command()).directory(project.project().toFile());
        Map<String, String> variables = builder.environment();
        String scratch =
                environment.namespaces().isPresent()
                        ? Namespaces.SCRATCH
                        : project.scratch().toString();
        variables.clear();
        variables.put("PATH", environment.searchPath());
        variables.put("TZ", environment.timeZone());
        variables.put("TMPDIR", scratch);
        variables.put("NODE_ENV", "production");
        try {
            return Worker.start(
                    WorkerProcess.onStandardStreams(builder),
                    new Worker.Handlers(
                            channels.requests(),
                            (_, level, line) -> channels.log().accept(level, line),
                            _ -> Optional.empty()),
                    OutgoingFrames.maxOfWorker(),
                    environment.outgoing());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// @return what the project defined
    JsonNode load(Worker worker) {
        ObjectNode report;
        try {
            report = worker.load(0, List.of(frame), environment.settings().start());
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
                        new SyntaxCheck(environment.node(), project.project()).place(problem))
                : new RefusedException(problem);
    }

    private List<String> command() {
        NodeSettings settings = environment.settings();
        List<String> program = new ArrayList<>();
        program.add(
                environment.namespaces().isPresent()
                        ? NodeView.NODE
                        : environment.node().path().toString());
        program.add("--max-old-space-size=" + settings.memoryMegabytes());
        program.addAll(environment.node().quiet());
        if (settings.isolation().permissions()) {
            program.addAll(permissions());
        }
        program.add(seen(SdkFolder.script(environment.sdk())).toString());
        List<String> command = new ArrayList<>(tether);
        if (environment.namespaces().isPresent()) {
            command.addAll(
                    environment
                            .namespaces()
                            .get()
                            .command(
                                    NodeView.of(
                                            project,
                                            environment.sdk(),
                                            channels.connections().folder(),
                                            environment.node(),
                                            settings.isolation().scratch()),
                                    program));
        } else {
            command.addAll(program);
        }
        return command;
    }

    private List<String> permissions() {
        List<Path> readable =
                new ArrayList<>(
                        SdkFolder.readable(environment.sdk()).stream().map(this::seen).toList());
        boolean isConfined = environment.namespaces().isPresent();
        readable.add(isConfined ? Path.of(NodeView.PROJECT) : project.root());
        if (isConfined) {
            readable.add(Path.of(Namespaces.SCRATCH));
        }
        return environment
                .node()
                .confinement(
                        readable, isConfined ? Path.of(Namespaces.SCRATCH) : project.scratch());
    }

    /// A path of the SDK as processes see it.
    private Path seen(Path path) {
        return environment.namespaces().isPresent() ? NodeView.seen(environment.sdk(), path) : path;
    }

    /// The frame that makes a worker load the project.
    ///
    /// @param main the main file
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
