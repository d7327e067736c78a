package dev.rialto.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The programs of this machine that a micro app may be written for, and what they need besides the
/// system's libraries.
public final class SystemPrograms {
    /// The folders that programs are started from, the first one first.
    public static final String SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin";

    private static final List<Path> PROGRAMS =
            Stream.of("/usr/local/bin", "/usr/bin").map(Path::of).toList();

    private static final List<Path> FILES =
            Stream.concat(
                            PROGRAMS.stream(),
                            Stream.of(
                                            "/usr/local/lib",
                                            "/usr/share",
                                            "/etc/alternatives",
                                            "/etc/ld.so.cache")
                                    .map(Path::of))
                    .toList();

    private SystemPrograms() {}

    /// What isolated programs see of this machine besides its libraries, and where.
    public static Map<Path, String> files() {
        return FILES.stream()
                .filter(Files::exists)
                .collect(Collectors.toMap(each -> each, Path::toString));
    }

    /// Finds a program that isolated processes can see, by its name.
    static Optional<Path> locate(String name) {
        return PROGRAMS.stream()
                .map(folder -> folder.resolve(name))
                .filter(each -> Files.isRegularFile(each) && Files.isExecutable(each))
                .filter(SystemPrograms::isSeen)
                .findFirst();
    }

    /// Links may lead to where isolated processes see nothing.
    private static boolean isSeen(Path program) {
        try {
            Path real = program.toRealPath();
            return Namespaces.isLibrary(real) || FILES.stream().anyMatch(real::startsWith);
        } catch (IOException gone) {
            return false;
        }
    }
}
