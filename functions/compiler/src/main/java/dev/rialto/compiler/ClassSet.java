package dev.rialto.compiler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/// Class files by their packages: what stands on a class path. Never changed once it is made.
final class ClassSet {
    private static final String ENDING = ".class";

    private final Map<String, MemoryFile> files = new HashMap<>();
    private final Map<String, List<MemoryFile>> packages = new HashMap<>();

    /// @param files those that are no classes are passed by
    ClassSet(Map<String, byte[]> files) {
        files.forEach((path, bytes) -> {
            if (path.endsWith(ENDING)) {
                add(new MemoryFile(path, JavaFileObject.Kind.CLASS, bytes));
            }
        });
    }

    /// What lies in the jar or folder that a class of ours was loaded from.
    ///
    /// @param wanted paths
    static ClassSet around(Class<?> loaded, Predicate<String> wanted) {
        CodeSource source = loaded.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalStateException(loaded + " has no code source");
        }
        try {
            Path place = Path.of(source.getLocation().toURI());
            if (Files.isDirectory(place)) {
                return new ClassSet(read(place, wanted));
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return new ClassSet(read(jar.getPath("/"), wanted));
            }
        } catch (IOException | URISyntaxException unreadable) {
            throw new IllegalStateException(
                    "can't read " + source.getLocation() + ", the jar of " + loaded, unreadable);
        }
    }

    Collection<MemoryFile> inPackage(String name) {
        return packages.getOrDefault(name, List.of());
    }

    /// @param path e.g. `com/acme/Greeter.class`
    @Nullable MemoryFile file(String path) {
        return files.get(path);
    }

    /// `com.acme.Greeter` of `com/acme/Greeter.class`.
    static String binaryName(String path) {
        return path.substring(0, path.length() - ENDING.length()).replace('/', '.');
    }

    private void add(MemoryFile file) {
        String path = file.path();
        files.put(path, file);
        String folder = path.substring(0, Math.max(path.lastIndexOf('/'), 0)).replace('/', '.');
        packages.computeIfAbsent(folder, _ -> new ArrayList<>()).add(file);
    }

    private static Map<String, byte[]> read(Path root, Predicate<String> wanted)
            throws IOException {
        Map<String, byte[]> found = new HashMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                String path = root.relativize(each).toString().replace('\\', '/');
                if (path.endsWith(ENDING) && wanted.test(path)) {
                    found.put(path, Files.readAllBytes(each));
                }
            }
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
        return found;
    }
}
