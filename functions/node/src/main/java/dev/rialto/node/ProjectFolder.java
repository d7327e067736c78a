package dev.rialto.node;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Folders;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.workers.WorkerFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A project, unpacked for Node.js. It is below the folder of the SDK, where Node.js looks for
/// packages that a project does not bring.
///
/// @param root only this server may look into it
/// @param project the sources; open to the user that workers run as
record ProjectFolder(Path root, Path project) {
    private static final Logger LOG = Logger.getLogger(ProjectFolder.class.getName());
    private static final String PROJECTS = "projects";
    private static final List<String> MAINS =
            List.of("main.js", "cloud/main.js", "main.mjs", "main.cjs");

    /// Writes a project's files.
    ///
    /// @throws RefusedException if one of them has a path that leads outside
    static ProjectFolder unpack(Path sdk, Artifact artifact, Ids ids) {
        Path root = sdk.resolve(PROJECTS).resolve(ProcessHandle.current().pid() + "-" + ids.hex(8));
        var folder = new ProjectFolder(root, root.resolve("project"));
        try {
            Files.createDirectories(root.getParent());
            Files.createDirectory(
                    root,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.createDirectory(folder.project);
            for (Map.Entry<String, byte[]> file : artifact.files().entrySet()) {
                folder.write(file.getKey(), file.getValue());
            }
            openForReading(folder.project);
            return folder;
        } catch (IOException failure) {
            delete(root);
            throw new UncheckedIOException(failure);
        } catch (RuntimeException failure) {
            delete(root);
            throw failure;
        }
    }

    /// Removes the projects of servers that no longer exist.
    static void sweep(Path sdk) {
        try (Stream<Path> all = Files.list(sdk.resolve(PROJECTS))) {
            all.filter(each -> WorkerFolder.isLeftOver(each, "")).forEach(ProjectFolder::delete);
        } catch (NoSuchFileException | NotDirectoryException _) {
            // nothing was ever unpacked
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The file to be loaded, as a path in the project.
    ///
    /// @throws RefusedException if there is none
    static String main(Artifact artifact, JsonNode microApp) {
        Optional<String> named =
                microApp.path("main").isString()
                        ? Optional.of(microApp.path("main").stringValue())
                        : packageMain(artifact);
        String main =
                named.or(() -> MAINS.stream().filter(artifact.files()::containsKey).findFirst())
                        .orElse(MAINS.getFirst());
        if (!artifact.files().containsKey(main)) {
            throw new RefusedException(
                    new Problem(
                            Artifact.DESCRIPTOR,
                            0,
                            0,
                            "the project has no file "
                                    + main
                                    + " to start with: \"main\" names it"));
        }
        return main;
    }

    /// Removes the folder; files that an ending process still adds are left to [#sweep].
    void delete() {
        try {
            delete(root);
        } catch (UncheckedIOException busy) {
            LOG.log(Level.FINE, "not removed: " + root, busy);
        }
    }

    /// Removes a folder with its content, if it exists; links are not followed.
    static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Optional<String> packageMain(Artifact artifact) {
        byte[] content = artifact.files().get("package.json");
        if (content == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(content).path("main").asString(""))
                    .map(main -> main.startsWith("./") ? main.substring(2) : main)
                    .filter(artifact.files()::containsKey);
        } catch (JacksonException unreadable) {
            throw new RefusedException(
                    new Problem(
                            "package.json",
                            0,
                            0,
                            "is not valid JSON: " + unreadable.getOriginalMessage()));
        }
    }

    /// Makes a folder's files readable to everybody who can access the folder.
    static void openForReading(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                Set<PosixFilePermission> mode = EnumSet.copyOf(Files.getPosixFilePermissions(each));
                boolean runs = Files.isDirectory(each);
                boolean changed =
                        mode.addAll(
                                runs
                                        ? PosixFilePermissions.fromString("r-xr-xr-x")
                                        : PosixFilePermissions.fromString("r--r--r--"));
                if (changed) {
                    Files.setPosixFilePermissions(each, mode);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = file(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private Path file(String name) {
        try {
            Path file = project.resolve(name).normalize();
            if (!name.isEmpty()
                    && !name.contains("\\")
                    && file.startsWith(project)
                    && file.equals(project.resolve(name))
                    && !file.equals(project)) {
                return file;
            }
        } catch (InvalidPathException _) {
            // refused below
        }
        throw new RefusedException(new Problem(name, 0, 0, "is not a valid path in a project"));
    }
}
