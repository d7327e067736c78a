package dev.rialto.compiler;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What compiling may use and cost.
///
/// @param repository the folder that libraries are kept in
/// @param remotes where libraries are fetched from, in this order: `https`, `http` or `file`. Empty
///   for what the folder has already
/// @param libraries which libraries micro apps may use, what these bring included
public record CompilerSettings(
        Path repository, List<URI> remotes, List<LibraryPattern> libraries, Limits limits) {
    private static final Set<String> SCHEMES = Set.of("https", "http", "file");

    public CompilerSettings {
        remotes = List.copyOf(remotes);
        libraries = List.copyOf(libraries);
        for (URI each : remotes) {
            if (each.getScheme() == null || !SCHEMES.contains(each.getScheme())) {
                throw new IllegalArgumentException(
                        "functions.repositories: \""
                                + each
                                + "\" is not an https, http or file URL");
            }
            if (each.getUserInfo() != null) {
                throw new IllegalArgumentException(
                        "functions.repositories: the URL of "
                                + each.getHost()
                                + " must not contain a password, because it is shown in messages");
            }
        }
    }

    /// What one project may cost.
    ///
    /// @param files in a project, and in an artifact ten times as many
    /// @param projectSize of all files of a project together, in bytes
    /// @param artifactSize of all files of an artifact together, those of its libraries included
    /// @param libraries how many, what they bring included
    /// @param within how long a compilation may take before it is given up
    /// @param atOnce how many compilations run at the same time
    /// @param stuck how many compilations that were given up may still be running before no more
    ///   are begun
    public record Limits(
            int files,
            long projectSize,
            long artifactSize,
            int libraries,
            Duration within,
            int atOnce,
            int stuck) {
        public Limits {
            require("the number of files of a project", files);
            require("functions.project-size", projectSize);
            require("functions.artifact-size", artifactSize);
            require("the number of libraries of a project", libraries);
            require("functions.compile-time", within.toMillis());
            require("the number of simultaneous compilations", atOnce);
            require("the number of stuck compilations", stuck);
        }

        public static Limits defaults() {
            return new Limits(2_000, 8L << 20, 64L << 20, 50, Duration.ofSeconds(20), 2, 2);
        }

        /// The same limits with other sizes and another time.
        public Limits with(long ofProject, long ofArtifact, Duration compileTime) {
            return new Limits(files, ofProject, ofArtifact, libraries, compileTime, atOnce, stuck);
        }

        int artifactFiles() {
            return files * 10;
        }

        private static void require(String name, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " must be at least 1, not " + value);
            }
        }
    }

    /// No libraries, and nowhere to fetch them from.
    public static CompilerSettings defaults(Path repository) {
        return new CompilerSettings(repository, List.of(), List.of(), Limits.defaults());
    }

    /// Reads what the operator has set.
    ///
    /// @param data the data folder
    public static CompilerSettings read(Settings in, Path data) {
        CompilerSettings standard = defaults(data.resolve("libraries"));
        List<String> remotes =
                in.list(
                        "functions.repositories",
                        standard.remotes().stream().map(URI::toString).toList());
        List<String> libraries = in.list("functions.libraries", List.of());
        long project = in.bytes("functions.project-size", standard.limits().projectSize());
        long artifact = in.bytes("functions.artifact-size", standard.limits().artifactSize());
        var time = in.duration("functions.compile-time", standard.limits().within());
        return in.build(
                standard,
                () ->
                        new CompilerSettings(
                                standard.repository(),
                                remotes.stream().map(URI::create).toList(),
                                libraries.stream().map(LibraryPattern::of).toList(),
                                standard.limits().with(project, artifact, time)));
    }
}
