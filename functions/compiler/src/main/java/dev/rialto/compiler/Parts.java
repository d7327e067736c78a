package dev.rialto.compiler;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.LibraryList;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What an artifact is put together from; what comes later takes the place of what was there.
final class Parts {
    private static final String OURS = "META-INF/rialto/";

    private static final String EXAMPLE =
            """
            {"name": "orders", "domain": "trade", "group": "order", "version": "1.0.0"}\
            """;

    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, String> origins = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /// Adds libraries' files, but not what says of a micro app what it is: they are not it.
    Parts libraries(LibraryFiles brought) {
        origins.putAll(brought.origins());
        brought.files()
                .forEach((path, bytes) -> {
                    if (!path.equals(Artifact.DESCRIPTOR) && !path.startsWith(OURS)) {
                        files.put(path, bytes);
                    }
                });
        return this;
    }

    /// Adds a project's resources and its description, wherever it lies.
    Parts resources(Project project) {
        byte[] descriptor = project.files().get(Project.DESCRIPTOR);
        if (descriptor != null) {
            files.put(Artifact.DESCRIPTOR, descriptor);
        }
        project.below(Project.RESOURCES, "")
                .forEach((path, bytes) -> {
                    String name = path.substring(Project.RESOURCES.length());
                    if (Platform.isReserved(name) || name.startsWith(OURS)) {
                        problems.add(
                                new Problem(
                                        path,
                                        0,
                                        0,
                                        "is in a place reserved for the server's own files: move"
                                                + " it"));
                    } else {
                        files.put(name, bytes);
                    }
                });
        return this;
    }

    /// Adds what was compiled.
    Parts classes(Map<String, byte[]> all) {
        all.forEach((path, bytes) -> {
            if (Platform.isReserved(path)) {
                problems.add(
                        Problem.of(
                                "the class "
                                        + ClassSet.binaryName(path)
                                        + " is in a package reserved for the server's own"
                                        + " classes: choose another"));
            } else {
                files.put(path, bytes);
                origins.remove(path);
            }
        });
        return this;
    }

    /// Adds what says what is exposed.
    Parts found(Map<String, byte[]> interfaces) {
        files.putAll(interfaces);
        return this;
    }

    /// @throws RefusedException when something is missing or wrong
    Artifact artifact(CompilerSettings.Limits limits) {
        if (!files.containsKey(Artifact.DESCRIPTOR)) {
            problems.add(noDescriptor());
        }
        if (!files.containsKey(Artifact.INTERFACES)) {
            problems.add(
                    Problem.of(
                            "the micro app exposes nothing: annotate a class with @Function and its"
                                    + " methods with @Interface"));
        }
        // Only what was fetched here is a library, whatever a jar says of itself.
        files.remove(Artifact.LIBRARIES);
        if (!origins.isEmpty()) {
            files.put(Artifact.LIBRARIES, LibraryList.write(origins));
        }
        Artifact artifact = new Artifact(files);
        if (artifact.size() > limits.artifactSize()
                || artifact.files().size() > limits.artifactFiles()) {
            problems.add(
                    Problem.of(
                            "the micro app with its libraries has "
                                    + artifact
                                    + ": "
                                    + limits.artifactFiles()
                                    + " files and "
                                    + limits.artifactSize()
                                    + " bytes are allowed"));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return artifact;
    }

    static Problem noDescriptor() {
        return new Problem(
                Project.RESOURCES + Artifact.DESCRIPTOR,
                0,
                0,
                "is missing: it describes the micro app, e.g. " + EXAMPLE);
    }
}
