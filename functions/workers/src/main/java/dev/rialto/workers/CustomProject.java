package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.DeclaredProject;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A micro app that is a command in any language, as it says of itself in its
/// [Artifact#DESCRIPTOR].
///
/// @param image [#COMMAND] or [#HTTP]
/// @param words its program and the arguments; a program of its own begins with `./`
/// @param environment the names of the configuration's values that its code sees
record CustomProject(
        Descriptor descriptor, String image, List<String> words, List<String> environment) {
    /// A program that speaks the worker protocol.
    static final String COMMAND = "command";

    /// A program that serves HTTP.
    static final String HTTP = "http";

    private static final Set<String> KEYS =
            Set.of("image", "command", "environment", "limits", "scale");
    private static final Pattern PROGRAM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,62}");
    private static final String REQUEST = "http-request";

    /// What the worker beside a program that serves HTTP has in any case.
    private static final int THREADS_OF_WORKER = 32;

    /// One of the worker, as each call has its own connection, and one of the program.
    private static final int THREADS_OF_CALL = 2;

    private static final int MAX_WORDS = 100;
    private static final int MAX_WORD_LENGTH = 4_096;

    /// The image that an artifact names; empty for one of the JVM.
    static Optional<String> image(Artifact artifact) {
        byte[] content = artifact.files().get(Artifact.DESCRIPTOR);
        return content == null
                ? Optional.empty()
                : Optional.of(Json.read(content).path("image").asString(""))
                        .filter(each -> !each.isEmpty());
    }

    /// @param allowed the programs of the system that the operator allows; all when there are none
    /// @throws RefusedException with all that is wrong with it
    static CustomProject read(Artifact artifact, List<String> allowed) {
        var project = DeclaredProject.of(artifact, KEYS, Set.of());
        String image = project.whole().path("image").asString("");
        if (!image.equals(COMMAND) && !image.equals(HTTP)) {
            project.problem("\"image\" must be \"" + COMMAND + "\" or \"" + HTTP + "\"");
        }
        List<String> environment = project.environment();
        if (image.equals(COMMAND) && !environment.isEmpty()) {
            project.problem(
                    "\"environment\" is for \"image\": \""
                            + HTTP
                            + "\": the worker protocol brings the configuration");
        }
        List<String> words = words(project, artifact, allowed);
        project.interfaces().forEach(CustomProject::complete);
        return new CustomProject(project.descriptor(), image, words, environment);
    }

    /// @throws RefusedException when it is to take more calls at once than it may have threads for
    void requireThreads(IsolationLimits limits, Scale scale) {
        int most = (limits.processes() - THREADS_OF_WORKER) / THREADS_OF_CALL;
        if (image.equals(HTTP) && scale.concurrency() > most) {
            throw new RefusedException(
                    new Problem(
                            Artifact.DESCRIPTOR,
                            0,
                            0,
                            "\"scale.concurrency\" must be at most "
                                    + most
                                    + ", not "
                                    + scale.concurrency()
                                    + ", for a program that serves HTTP and may have "
                                    + limits.processes()
                                    + " processes and threads"));
        }
    }

    private static List<String> words(
            DeclaredProject project, Artifact artifact, List<String> allowed) {
        List<String> words = project.strings("command");
        boolean tooLong = words.stream().anyMatch(each -> each.length() > MAX_WORD_LENGTH);
        if (words.isEmpty() || words.size() > MAX_WORDS || tooLong) {
            project.problem(
                    "\"command\" must be an array of 1 to "
                            + MAX_WORDS
                            + " strings, a program and its arguments");
            return words;
        }
        String program = words.getFirst();
        if (program.startsWith(ArtifactFolder.OWN)) {
            if (!artifact.files().containsKey(program.substring(ArtifactFolder.OWN.length()))) {
                project.problem("there is no file " + Problem.shown(program) + " in the micro app");
            } else if (!allowed.isEmpty() && !allowed.contains(ArtifactFolder.OWN)) {
                project.problem(
                        "programs of micro apps are not among functions.isolated.commands of this"
                                + " server");
            }
            return words;
        }
        if (!PROGRAM.matcher(program).matches()) {
            project.problem(
                    "\"command\" must begin with the name of a program, such as \"python3\", or"
                            + " with ./ and the path of a file of the micro app");
            return words;
        }
        if (!allowed.isEmpty() && !allowed.contains(program)) {
            project.problem(program + " is not among functions.isolated.commands of this server");
            return words;
        }
        Optional<Path> located = SystemPrograms.locate(program);
        if (located.isEmpty()) {
            project.problem(
                    "this server has no program " + program + " in /usr/local/bin or /usr/bin");
            return words;
        }
        return Stream.concat(Stream.of(located.get().toString()), words.stream().skip(1)).toList();
    }

    /// Code that is called by its interface's name needs no other target. Endpoints that don't say
    /// what they take get the whole request.
    private static void complete(ObjectNode declared) {
        declared.put(
                "target",
                declared.path("function").asString("") + "-" + declared.path("name").asString(""));
        boolean silent = !declared.has("input") && !declared.has("output");
        for (JsonNode each : declared.path("bindings")) {
            if (silent && each.path("kind").asString("").equals("endpoint")) {
                declared.putObject("input").put("format", REQUEST);
                declared.putObject("output").put("format", "http-response");
            }
        }
    }

    /// The interfaces that get the whole request of a client, as calls name them.
    List<String> takingRequests() {
        return descriptor.interfaces().stream()
                .filter(each -> each.contract().input().isOfFormat(REQUEST))
                .map(InterfaceDescriptor::target)
                .toList();
    }
}
