package dev.rialto.cli;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What of a folder or jar is sent to be deployed.
///
/// Of a Maven project these are `pom.xml`, `micro-app.json` and `src/main`; of a folder with
/// JavaScript, all scripts and JSON files, and of the packages in `node_modules` that are not only
/// for development all files that may be needed to run them; of WebAssembly, `micro-app.json` and
/// the modules it names; of a command, all files. Names that begin with a dot stay out, and so do
/// links, which may lead anywhere.
///
/// @param source what was named: a folder or a jar
/// @param files by their paths in the project; empty for a jar
record PackedProject(Path source, Map<String, Path> files) {
    private static final Set<String> SCRIPTS = Set.of("main.js", "cloud/main.js");
    private static final List<String> SCRIPT_ENDINGS = List.of(".js", ".mjs", ".cjs", ".json");
    private static final String DESCRIPTOR = "micro-app.json";
    private static final Set<String> MAVEN_FILES = Set.of("pom.xml", DESCRIPTOR);
    private static final String WASM = "wasm";

    /// What every name ends with.
    private static final String ALL = "";

    /// What Python compiles when a program is tried here.
    private static final String COMPILED = "__pycache__";

    private static final String PACKAGES = "node_modules";
    private static final String LOCK = "package-lock.json";

    /// The server has its own, and gives it to all cloud code.
    private static final String PARSE = PACKAGES + "/parse";

    private static final List<String> NOT_RUN =
            List.of(".map", ".md", ".markdown", ".ts", ".mts", ".cts", ".flow", ".node");
    private static final int MAX_FILES = 20_000;
    private static final long MAX_BYTES = 256L << 20;

    /// Finds the files.
    ///
    /// @throws SetupException when there is no micro app
    static PackedProject of(Path source) {
        try {
            if (Files.isDirectory(source)) {
                return new PackedProject(source, files(source));
            }
            if (Files.isRegularFile(source) && source.toString().endsWith(".jar")) {
                return new PackedProject(source, Map.of());
            }
        } catch (IOException failure) {
            throw unreadable(source, failure);
        }
        throw new SetupException(
                Files.exists(source)
                        ? source + " is neither a folder nor a .jar"
                        : "there is no " + source);
    }

    /// What is sent: a zip, or the jar as it is. Packing the same files again gives the same bytes.
    byte[] bytes() {
        try {
            if (files.isEmpty()) {
                return Files.readAllBytes(source);
            }
            var bytes = new ByteArrayOutputStream();
            try (var zip = new ZipOutputStream(bytes)) {
                for (var each : files.entrySet()) {
                    var entry = new ZipEntry(each.getKey());
                    entry.setLastModifiedTime(FileTime.fromMillis(0));
                    zip.putNextEntry(entry);
                    Files.copy(each.getValue(), zip);
                    zip.closeEntry();
                }
            }
            return bytes.toByteArray();
        } catch (IOException failure) {
            throw unreadable(source, failure);
        }
    }

    /// When each file was changed last, and its size: differs when a file does.
    Map<String, String> state() {
        Map<String, String> state = new TreeMap<>();
        Map<String, Path> all = files.isEmpty() ? Map.of("", source) : files;
        all.forEach((name, file) -> {
            try {
                state.put(name, Files.getLastModifiedTime(file) + " " + Files.size(file));
            } catch (IOException _) {
                state.put(name, "gone");
            }
        });
        return state;
    }

    private static Map<String, Path> files(Path folder) throws IOException {
        if (Files.isRegularFile(folder.resolve("pom.xml"))) {
            Map<String, Path> files = new TreeMap<>();
            Path sources = folder.resolve("src/main");
            if (Files.isDirectory(sources)) {
                files.putAll(walk(folder, sources, List.of("")));
            }
            for (String each : MAVEN_FILES) {
                if (Files.isRegularFile(folder.resolve(each))) {
                    files.put(each, folder.resolve(each));
                }
            }
            return files;
        }
        if (Files.isRegularFile(folder.resolve(DESCRIPTOR))) {
            JsonNode described = json(folder.resolve(DESCRIPTOR));
            if (described.path("runtime").asString("").equals(WASM)) {
                return modules(folder, described);
            }
            if (described.has("image")) {
                return walk(folder, folder, List.of(ALL));
            }
        }
        for (String script : SCRIPTS) {
            if (Files.isRegularFile(folder.resolve(script))) {
                return walk(folder, folder, SCRIPT_ENDINGS);
            }
        }
        throw new SetupException(
                shown(folder)
                        + " is not a micro app: it has neither a pom.xml nor a main.js or"
                        + " cloud/main.js, nor a micro-app.json with \"runtime\": \"wasm\" or an"
                        + " \"image\". Create one with "
                        + CommandName.with("new"));
    }

    private static JsonNode json(Path file) throws IOException {
        try {
            return Json.read(Files.readAllBytes(file));
        } catch (JacksonException unreadable) {
            throw new SetupException(
                    file + " is not valid JSON: " + unreadable.getOriginalMessage());
        }
    }

    /// The files of a micro app of WebAssembly.
    private static Map<String, Path> modules(Path folder, JsonNode described) {
        Map<String, Path> files = new TreeMap<>();
        files.put(DESCRIPTOR, folder.resolve(DESCRIPTOR));
        Set<String> named = new TreeSet<>();
        for (JsonNode each : described.path("interfaces")) {
            named.add(each.path("module").asString(described.path("module").asString("")));
        }
        for (String each : named) {
            Path file = folder.resolve(each).normalize();
            if (!file.startsWith(folder.normalize())
                    || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new SetupException(
                        DESCRIPTOR
                                + " names the module \""
                                + each
                                + "\", which is not a file in "
                                + shown(folder)
                                + ": build it first");
            }
            files.put(each, file);
        }
        return files;
    }

    private static Map<String, Path> walk(Path root, Path from, List<String> endings)
            throws IOException {
        var walk = new Walk(root, endings);
        Files.walkFileTree(from, walk);
        return walk.found;
    }

    /// Collects files by their paths.
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<String> endings;
        private final Map<String, Path> found = new TreeMap<>();
        private final Set<String> development;
        private long bytes;

        private Walk(Path root, List<String> endings) throws IOException {
            this.root = root;
            this.endings = endings;
            this.development = development(root);
            if (!endings.contains(ALL)) {
                development.add(PARSE);
            }
        }

        /// The packages that npm noted as needed for development only, by their paths.
        private static Set<String> development(Path root) throws IOException {
            Set<String> found = new HashSet<>();
            for (Path lock :
                    List.of(root.resolve(LOCK), root.resolve(PACKAGES).resolve("." + LOCK))) {
                if (Files.isRegularFile(lock)) {
                    for (var each : json(lock).path("packages").properties()) {
                        if (each.getValue().path("dev").asBoolean(false)) {
                            found.add(each.getKey());
                        }
                    }
                }
            }
            return found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.equals(root) || !isLeftOut(folder)
                    ? FileVisitResult.CONTINUE
                    : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = path(file);
            if (attributes.isRegularFile() && !isLeftOut(file) && isWanted(path)) {
                found.put(path, file);
                bytes += attributes.size();
                if (found.size() > MAX_FILES || bytes > MAX_BYTES) {
                    throw new SetupException(
                            shown(root)
                                    + " has too many or too large files for a micro app; list"
                                    + " packages that cloud code doesn't need in devDependencies"
                                    + " of package.json");
                }
            }
            return FileVisitResult.CONTINUE;
        }

        private String path(Path file) {
            return root.relativize(file).toString().replace('\\', '/');
        }

        private boolean isWanted(String path) {
            boolean isPackage =
                    path.startsWith(PACKAGES + "/") || path.contains("/" + PACKAGES + "/");
            return (isPackage && !endings.contains(ALL))
                    ? NOT_RUN.stream().noneMatch(path::endsWith)
                    : endings.stream().anyMatch(path::endsWith);
        }

        private boolean isLeftOut(Path path) {
            String name = String.valueOf(path.getFileName());
            return name.startsWith(".")
                    || name.equals(LOCK)
                    || name.equals(COMPILED)
                    || development.contains(path(path));
        }
    }

    private static String shown(Path folder) {
        return folder.toString().isEmpty() ? "this folder" : folder.toString();
    }

    private static SetupException unreadable(Path source, IOException failure) {
        return new SetupException("can't read " + source + ": " + failure.getMessage(), failure);
    }
}
