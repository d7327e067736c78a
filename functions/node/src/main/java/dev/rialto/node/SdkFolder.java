package dev.rialto.node;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.workers.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The folder that holds the worker's code and, installed by npm when the first project is loaded,
/// the Parse SDK. It is named after its content, so that a newer server creates a new one.
final class SdkFolder {
    private static final List<String> PACKAGE = List.of("package.json", "package-lock.json");
    private static final List<String> SCRIPTS =
            List.of(
                    "callbacks.mjs",
                    "cloud.mjs",
                    "http-request.mjs",
                    "outbound.mjs",
                    "pipe.mjs",
                    "problems.mjs",
                    "requests.mjs",
                    "rest.mjs",
                    "sides.mjs",
                    "validator.mjs",
                    "worker.mjs");
    private static final String SCRIPT_FOLDER = "worker";
    private static final int INSTALL_SECONDS = 180;
    private static final int SHOWN_OUTPUT = 2_000;

    private final Path parent;
    private final String searchPath;
    private final ReentrantLock lock = new ReentrantLock();

    /// @param parent where the folder is created
    /// @param searchPath the folders of the PATH
    SdkFolder(Path parent, String searchPath) {
        this.parent = parent;
        this.searchPath = searchPath;
    }

    /// The parts of the folder that a project's process may read.
    static List<Path> readable(Path folder) {
        return List.of(folder.resolve(SCRIPT_FOLDER), folder.resolve("node_modules"));
    }

    /// The script that a process runs.
    static Path script(Path folder) {
        return folder.resolve(SCRIPT_FOLDER).resolve("worker.mjs");
    }

    /// Creates the folder if it doesn't exist.
    ///
    /// @throws RefusedException when npm is missing or fails
    Path ensure(NodeProgram node) {
        lock.lock();
        try {
            Map<String, byte[]> files = files();
            Path folder = parent.resolve("sdk-" + digest(files));
            if (!Files.isDirectory(folder)) {
                install(node, files, folder);
            }
            return folder.toRealPath();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            lock.unlock();
        }
    }

    private void install(NodeProgram node, Map<String, byte[]> files, Path folder)
            throws IOException {
        Files.createDirectories(parent);
        Path draft = Files.createTempDirectory(parent, "draft-");
        try {
            Files.createDirectory(draft.resolve(SCRIPT_FOLDER));
            for (var file : files.entrySet()) {
                Files.write(draft.resolve(file.getKey()), file.getValue());
            }
            npm(node, draft);
            // Workers may run as another user than the server.
            for (Path each : readable(draft)) {
                ProjectFolder.openForReading(each);
            }
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            // Another server may have been faster.
            if (!Files.isDirectory(folder)) {
                throw failure;
            }
        } finally {
            ProjectFolder.delete(draft);
        }
    }

    private void npm(NodeProgram node, Path draft) throws IOException {
        Path npm =
                Programs.locate(node.path().resolveSibling("npm").toString(), searchPath)
                        .or(() -> Programs.locate("npm", searchPath))
                        .orElseThrow(() ->
                                refused(
                                        "npm is needed once, to install it, and is not on"
                                                + " the server's PATH"));
        Path output = draft.resolve("npm.log");
        ProcessBuilder builder =
                new ProcessBuilder(
                                npm.toString(),
                                "ci",
                                "--omit=dev",
                                "--ignore-scripts",
                                "--prefer-offline",
                                "--no-audit",
                                "--no-fund",
                                "--loglevel=error")
                        .directory(draft.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("RIALTO_"));
        // npm is a script that looks for node on the PATH.
        builder.environment().put("PATH", node.path().getParent() + ":" + searchPath);
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
                throw refused("npm did not install it within " + INSTALL_SECONDS + " seconds");
            }
            if (process.exitValue() != 0) {
                throw refused("npm could not install it: " + tail(output));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw refused("the server stopped while npm installed it");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        Files.delete(output);
    }

    private static String tail(Path output) throws IOException {
        String text = Files.readString(output, StandardCharsets.ISO_8859_1).strip();
        return text.substring(Math.max(0, text.length() - SHOWN_OUTPUT));
    }

    private static RefusedException refused(String why) {
        return new RefusedException(
                Problem.of(
                        "micro apps in JavaScript need the parse package of npm, and "
                                + why
                                + ". npm comes with Node.js: https://nodejs.org"));
    }

    private static Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : PACKAGE) {
            files.put(name, resource(name));
        }
        for (String name : SCRIPTS) {
            files.put(SCRIPT_FOLDER + "/" + name, resource(name));
        }
        return files;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = SdkFolder.class.getResourceAsStream("worker/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the server was built without " + name);
            }
            return in.readAllBytes();
        }
    }

    private static String digest(Map<String, byte[]> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, content) -> {
                digest.update(
                        (name + "\0" + content.length + "\0").getBytes(StandardCharsets.UTF_8));
                digest.update(content);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
