package dev.rialto.node;

import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.spi.Artifact;
import dev.rialto.runtime.spi.Descriptor;
import dev.rialto.runtime.spi.FunctionRuntime;
import dev.rialto.runtime.spi.LoadedRevision;
import dev.rialto.runtime.spi.Problem;
import dev.rialto.runtime.spi.RefusedException;
import dev.rialto.runtime.spi.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs cloud code that was written for Parse Server, each revision in a Node.js process of its
/// own. Node.js is looked for when the first project is loaded.
public final class NodeRuntime implements FunctionRuntime {
    /// What `micro-app.json` calls it.
    public static final String NAME = "node";

    private final NodeSettings settings;
    private final RestDoor door;
    private final WorkerLog log;
    private final Map<String, String> environment;
    private final SdkFolder sdk;
    private final Ids ids = new Ids();
    private final AtomicBoolean swept = new AtomicBoolean();
    private final Set<NodeRevision> open = ConcurrentHashMap.newKeySet();

    /// @param environment the server's: PATH and TZ are passed on
    public NodeRuntime(
            NodeSettings settings, RestDoor door, WorkerLog log, Map<String, String> environment) {
        this.settings = settings;
        this.door = door;
        this.log = log;
        this.environment = Map.copyOf(environment);
        this.sdk = new SdkFolder(settings.folder(), searchPath());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public LoadedRevision load(Release release, Artifact artifact) {
        ObjectNode microApp = Definitions.microApp(artifact);
        String main = ProjectFolder.main(artifact, microApp);
        NodeProgram node = NodeProgram.find(settings.command(), searchPath());
        Path folder = sdk.ensure(node);
        if (swept.compareAndSet(false, true)) {
            ProjectFolder.sweep(folder);
        }
        ProjectFolder project = ProjectFolder.unpack(folder, artifact, ids);
        var workers =
                new Launch(
                        release, node, folder, project, project(release, microApp, project, main));
        try {
            return start(release, microApp, workers);
        } catch (RuntimeException refused) {
            workers.close();
            throw refused;
        }
    }

    @Override
    public void close() {
        List<Thread> closing =
                open.stream().map(each -> Thread.ofVirtual().start(each::close)).toList();
        try {
            for (Thread each : closing) {
                each.join();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private NodeRevision start(Release release, ObjectNode microApp, Launch workers) {
        Worker worker = workers.launch();
        try {
            JsonNode report = workers.load(worker);
            Descriptor descriptor = Definitions.descriptor(microApp, report);
            worker.watch(settings.patience(), settings.residentMemory());
            var revision =
                    new NodeRevision(
                            descriptor,
                            worker,
                            workers,
                            (level, message) -> log.log(release, level, message));
            open.add(revision);
            workers.revision = revision;
            return revision;
        } catch (RuntimeException refused) {
            worker.close();
            worker.awaitEnd();
            throw refused;
        }
    }

    private ObjectNode project(
            Release release, ObjectNode microApp, ProjectFolder project, String main) {
        ObjectNode frame =
                Json.object()
                        .put("type", "load")
                        .put("applicationId", release.app().id())
                        .put("serverUrl", door.publicUrl())
                        .put("folder", project.project().toString())
                        .put("main", main);
        var ignore = frame.putArray("ignore");
        microApp.path("ignore").forEach(each -> ignore.add(each.asString("")));
        ObjectNode config = frame.putObject("config");
        release.config().forEach(config::put);
        return frame;
    }

    private String searchPath() {
        return environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    }

    /// How processes of one revision are started.
    private final class Launch implements NodeRevision.Workers {
        private final Release release;
        private final NodeProgram node;
        private final List<String> tether;
        private final Path sdkFolder;
        private final ProjectFolder project;
        private final ObjectNode frame;
        private volatile @Nullable NodeRevision revision;

        Launch(
                Release release,
                NodeProgram node,
                Path sdkFolder,
                ProjectFolder project,
                ObjectNode frame) {
            this.release = release;
            this.node = node;
            this.tether = node.tether(searchPath());
            this.sdkFolder = sdkFolder;
            this.project = project;
            this.frame = frame;
        }

        @Override
        public Worker start() {
            Worker worker = launch();
            try {
                load(worker);
                worker.watch(settings.patience(), settings.residentMemory());
                return worker;
            } catch (RuntimeException failure) {
                worker.close();
                throw failure;
            }
        }

        @Override
        public void close() {
            NodeRevision mine = revision;
            if (mine != null) {
                open.remove(mine);
            }
            project.delete();
        }

        Worker launch() {
            ProcessBuilder builder =
                    new ProcessBuilder(command()).directory(project.project().toFile());
            Map<String, String> variables = builder.environment();
            variables.clear();
            variables.put("PATH", searchPath());
            variables.put("TZ", environment.getOrDefault("TZ", "UTC"));
            variables.put("TMPDIR", project.scratch().toString());
            variables.put("NODE_ENV", "production");
            try {
                return Worker.start(
                        builder,
                        new WorkerRequests(release.app(), door),
                        (level, message) -> log.log(release, level, message));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /// @return what the project defined
        JsonNode load(Worker worker) {
            ObjectNode report;
            try {
                report = worker.load(frame, settings.start());
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
                    ? new RefusedException(new SyntaxCheck(node, project.project()).place(problem))
                    : new RefusedException(problem);
        }

        private List<String> command() {
            List<String> command = new ArrayList<>(tether);
            command.add(node.path().toString());
            command.add("--max-old-space-size=" + settings.memoryMegabytes());
            command.addAll(node.quiet());
            if (settings.confined()) {
                List<Path> readable = new ArrayList<>(SdkFolder.readable(sdkFolder));
                readable.add(project.root());
                command.addAll(node.confinement(readable, project.scratch()));
            }
            command.add(SdkFolder.script(sdkFolder).toString());
            return command;
        }
    }
}
