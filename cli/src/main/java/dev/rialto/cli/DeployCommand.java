package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.cli.RemoteServer.Outcome;
import dev.rialto.kernel.SetupException;
import java.io.PrintWriter;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Sends a micro app to a server, which compiles and runs it.
@Command(
        name = "deploy",
        description = {
            "Sends a micro app to a server, which compiles it and makes it live immediately.",
            "A folder with a pom.xml is a Java project, one with a main.js or cloud/main.js is"
                    + " JavaScript, one with a micro-app.json of the runtime wasm is WebAssembly."
                    + " Files and folders whose names begin with a dot, node_modules"
                    + " and links are left out."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:it is deployed",
            "1:it is not, and nothing has changed",
            "2:wrong command line"
        },
        mixinStandardHelpOptions = true)
final class DeployCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(300);
    private static final int CREATED = 201;

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER|JAR",
            description = "The project (default: this folder).")
    private Path source = Path.of("");

    @Option(
            names = "--preview",
            description = "Only calls that ask for it get the new revision, until it is published.")
    private boolean preview;

    @Option(
            names = "--percent",
            paramLabel = "N",
            description = "Percentage of calls that are routed to the new revision.")
    private @Nullable Integer percent;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The name of JavaScript that has no micro-app.json (default: cloud).")
    private @Nullable String name;

    @Option(
            names = "--yes",
            description =
                    "Don't ask when the new revision lacks functions, triggers or other bindings"
                            + " of the live one.")
    private boolean yes;

    @Option(
            names = {"-w", "--watch"},
            description = "Keeps running and deploys again whenever a file has changed.")
    private boolean watch;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws InterruptedException {
        requireSense();
        PackedProject project = PackedProject.of(source);
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            Map<String, String> state = project.state();
            int code = deploy(server, project);
            return watch ? follow(server, state) : code;
        }
    }

    private void requireSense() {
        if (spec == null) {
            return;
        }
        if (preview && percent != null) {
            throw new ParameterException(
                    spec.commandLine(), "--preview and --percent exclude each other");
        }
        if (percent != null && (percent < 0 || percent > 100)) {
            throw new ParameterException(
                    spec.commandLine(), "--percent must be 0 to 100, not " + percent);
        }
    }

    /// @param before what was deployed last
    private int follow(RemoteServer server, Map<String, String> before)
            throws InterruptedException {
        PrintWriter out = Console.of(spec);
        out.println("waiting for changes; press Ctrl-C to stop");
        out.flush();
        Map<String, String> state = before;
        while (true) {
            Thread.sleep(LOOK);
            try {
                PackedProject now = PackedProject.of(source);
                Map<String, String> found = now.state();
                if (!found.equals(state)) {
                    state = found;
                    deploy(server, now);
                }
            } catch (SetupException passing) {
                Console.errorOf(spec).println("rialto: " + passing.getMessage());
                Console.errorOf(spec).flush();
            }
        }
    }

    private int deploy(RemoteServer server, PackedProject project) {
        long begun = System.nanoTime();
        Outcome.Answered answered = send(server, project, !yes);
        if (answered.body().has("dropped") && answered.isError()) {
            requireConsent(answered.body().path("dropped"));
            begun = System.nanoTime();
            answered = send(server, project, false);
        }
        JsonNode body = answered.body();
        if (answered.status() == CREATED) {
            long millis = (System.nanoTime() - begun) / 1_000_000;
            new DeploymentPrinter(Console.of(spec)).print(body, millis);
            return 0;
        }
        JsonNode problems = body.path("problems");
        if (problems.isEmpty()) {
            throw server.refused(answered);
        }
        PrintWriter error = Console.errorOf(spec);
        new ProblemPrinter(project.files().isEmpty() ? Path.of("") : source, error).print(problems);
        int more = body.path("more").asInt(0);
        if (more > 0) {
            error.println("... and " + more + " more");
        }
        int all = problems.size() + more;
        error.println("rialto: not deployed: " + all + (all == 1 ? " problem" : " problems"));
        error.flush();
        return 1;
    }

    private Outcome.Answered send(RemoteServer server, PackedProject project, boolean keep) {
        return server.answer(
                new Message(
                        "POST",
                        "/micro-apps" + query(keep),
                        BodyPublishers.ofByteArray(project.bytes()),
                        Map.of("Content-Type", "application/zip")));
    }

    private void requireConsent(JsonNode dropped) {
        PrintWriter error = Console.errorOf(spec);
        error.println("the live revision has these, which this one lacks:");
        dropped.forEach(each -> error.println("  " + TerminalText.clean(each.asString(""))));
        error.flush();
        if (watch
                || !Console.isWatched()
                || !Console.isConfirmed(spec, "type yes to drop them: ", "yes")) {
            throw new SetupException("not deployed; use --yes to deploy anyway");
        }
    }

    private String query(boolean keep) {
        List<String> parts = new ArrayList<>();
        if (preview) {
            parts.add("preview=true");
        }
        if (percent != null) {
            parts.add("percent=" + percent);
        }
        if (name != null) {
            parts.add("name=" + RemoteServer.segment(name));
        }
        if (keep && !preview) {
            parts.add("keep=true");
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
}
