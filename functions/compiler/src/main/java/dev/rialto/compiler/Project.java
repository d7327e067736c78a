package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The sources of a micro app: a Maven project's files by their paths.
///
/// Kept are `pom.xml`, `micro-app.json` and what is below `src/main/java`, `src/main/groovy` and
/// `src/main/resources`; tests and whatever else lies there are passed by.
public record Project(Map<String, byte[]> files) {
    static final String JAVA = "src/main/java/";
    static final String GROOVY = "src/main/groovy/";
    static final String RESOURCES = "src/main/resources/";
    static final String POM = "pom.xml";
    private static final String PACKAGES = "node_modules/";
    static final String DESCRIPTOR = "micro-app.json";

    /// @throws RefusedException when a path leads outside
    public Project {
        files.keySet().forEach(FilePath::check);
        files =
                Collections.unmodifiableMap(
                        files.entrySet().stream()
                                .filter(each -> wanted(each.getKey()))
                                .collect(
                                        Collectors.toMap(
                                                Map.Entry::getKey,
                                                Map.Entry::getValue,
                                                (first, _) -> first,
                                                TreeMap::new)));
    }

    /// Reads a zip file. What lies in one folder together, as in archives of repositories, is taken
    /// from there.
    ///
    /// @throws RefusedException when it is none, too large, or leads outside
    public static Project ofZip(InputStream zip, CompilerSettings.Limits limits)
            throws IOException {
        Map<String, byte[]> files = unzipped(zip, limits);
        return new Project(files.containsKey(POM) ? files : withoutTopFolder(files));
    }

    /// All files of a zip file, which need not be those of a Maven project. With the packages that
    /// it brings in `node_modules` it may be as large as an artifact.
    ///
    /// @throws RefusedException when it is not a zip, too large, or leads outside
    public static Map<String, byte[]> unzipped(InputStream zip, CompilerSettings.Limits limits)
            throws IOException {
        Map<String, byte[]> files =
                new Archive("the project", limits.artifactFiles(), limits.artifactSize())
                        .read(zip, _ -> true);
        check(
                files.entrySet().stream()
                        .filter(each -> !isOfPackage(each.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                limits);
        return files;
    }

    private static boolean isOfPackage(String path) {
        return path.startsWith(PACKAGES) || path.contains("/" + PACKAGES);
    }

    /// @throws RefusedException when it is too large
    void check(CompilerSettings.Limits limits) {
        check(files, limits);
    }

    private static void check(Map<String, byte[]> files, CompilerSettings.Limits limits) {
        if (files.size() > limits.files()) {
            throw new RefusedException(
                    Problem.of("the project has more than " + limits.files() + " files"));
        }
        long size = files.values().stream().mapToLong(each -> each.length).sum();
        if (size > limits.projectSize()) {
            throw new RefusedException(
                    Problem.of(
                            "the project has "
                                    + size
                                    + " bytes, more than "
                                    + limits.projectSize()));
        }
    }

    /// Files below a folder whose names end so, by their whole paths.
    Map<String, byte[]> below(String folder, String ending) {
        Map<String, byte[]> found = new TreeMap<>();
        files.forEach((path, bytes) -> {
            if (path.startsWith(folder) && path.endsWith(ending)) {
                found.put(path, bytes);
            }
        });
        return found;
    }

    private static Map<String, byte[]> withoutTopFolder(Map<String, byte[]> files) {
        String first = files.keySet().stream().findFirst().orElse("");
        String top = first.substring(0, first.indexOf('/') + 1);
        if (top.isEmpty() || top.equals("src/")) {
            return files;
        }
        Map<String, byte[]> found = new TreeMap<>();
        for (var each : files.entrySet()) {
            if (!each.getKey().startsWith(top)) {
                return files;
            }
            found.put(each.getKey().substring(top.length()), each.getValue());
        }
        return found;
    }

    private static boolean wanted(String path) {
        return path.equals(POM)
                || path.equals(DESCRIPTOR)
                || path.startsWith(JAVA)
                || path.startsWith(GROOVY)
                || path.startsWith(RESOURCES);
    }

    @Override
    public String toString() {
        return files.size() + " files";
    }
}
