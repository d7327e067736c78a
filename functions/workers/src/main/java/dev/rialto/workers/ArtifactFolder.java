package dev.rialto.workers;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The files of a revision in a folder, for programs that read them there. All of them can be run,
/// since archives don't tell which are programs.
///
/// @param root only this server may look into it
/// @param files open to the user that workers run as
public record ArtifactFolder(Path root, Path files) {
    /// What the path of a program begins with that is one of the files.
    static final String OWN = "./";

    private static final Set<PosixFilePermission> FOLDER =
            PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("r-xr-xr-x");

    /// Unpacks an artifact for as long as a revision is loaded.
    ///
    /// @throws RefusedException when its files don't fit into a folder
    static ArtifactFolder of(Artifact artifact) {
        try {
            Path root = WorkerFolder.newRoot();
            var folder = new ArtifactFolder(root, root.resolve("app"));
            boolean complete = false;
            try {
                unpack(artifact, folder.files);
                complete = true;
                return folder;
            } finally {
                if (!complete) {
                    folder.delete();
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Writes the files of an artifact.
    ///
    /// @param folder does not exist yet
    /// @throws RefusedException when one of them has a path that leads outside or can't be written
    public static void unpack(Artifact artifact, Path folder) throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, FOLDER);
        for (Map.Entry<String, byte[]> each : artifact.files().entrySet()) {
            try {
                write(folder, each.getKey(), each.getValue());
            } catch (FileSystemException unwritable) {
                throw refused(each.getKey(), "can't be written: " + unwritable.getMessage());
            }
        }
    }

    private static void write(Path folder, String path, byte[] content) throws IOException {
        Path file = folder;
        for (String name : path.split("/", -1)) {
            if (!file.equals(folder)) {
                makeFolder(file);
            }
            file = below(file, name, path);
        }
        Files.write(file, content, StandardOpenOption.CREATE_NEW);
        Files.setPosixFilePermissions(file, FILE);
    }

    private static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, FOLDER);
        }
    }

    private static Path below(Path folder, String name, String path) {
        boolean plain = !name.isEmpty() && !name.equals(".") && !name.equals("..");
        if (plain && name.indexOf('\\') < 0) {
            try {
                return folder.resolve(name);
            } catch (InvalidPathException _) {
                // refused below
            }
        }
        throw refused(path, "is not a valid path in a micro app");
    }

    private static RefusedException refused(String path, String why) {
        return new RefusedException(new Problem(Problem.shown(path), 0, 0, why));
    }

    /// A command whose program may be one of the files.
    public static List<String> resolve(List<String> words, Path folder) {
        String program = words.getFirst();
        List<String> resolved = new ArrayList<>(words);
        if (program.startsWith(OWN)) {
            resolved.set(0, folder.resolve(program.substring(OWN.length())).toString());
        }
        return resolved;
    }

    void delete() {
        WorkerFolder.delete(root);
    }
}
