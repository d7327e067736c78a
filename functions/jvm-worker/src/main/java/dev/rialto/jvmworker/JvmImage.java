package dev.rialto.jvmworker;

import dev.rialto.workers.Image;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Starts [JvmWorker] with the Java and the class path of this server, and with the AOT cache of
/// workers that lies beside the server's.
public final class JvmImage implements Image {
    /// What a worker exits with when a call does not end.
    static final int STUCK = 4;

    private static final int OUT_OF_MEMORY = 3;
    private static final String AOT_CACHE = "-XX:AOTCache=";

    /// What [WorkerTraining] creates.
    private static final String CACHE = "worker.aot";

    /// At a random address, half of the cache would have to be changed, and so not be shared with
    /// other workers.
    private static final List<String> AT_ITS_ADDRESS =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");

    private static final int MEGABYTE = 20;

    /// What the JVM needs beside the heap: code, classes, stacks and buffers.
    private static final long BESIDE_HEAP = 96L << MEGABYTE;

    private static final long MIN_HEAP = 32L << MEGABYTE;

    /// In a release the class path goes through a folder that is open as file 9, so that it is the
    /// same wherever the release lies.
    private static final String OPEN_FOLDER = "/proc/self/fd/9";

    private static final String WITH_OPEN_FOLDER = "exec 9<\"$0\" && exec \"$@\"";

    private final Path java = Path.of(System.getProperty("java.home", ""));
    private final String classPath = System.getProperty("java.class.path", "");
    private final Optional<Path> cache = cache();

    private static Optional<Path> cache() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(each -> each.startsWith(AOT_CACHE))
                .map(each -> Path.of(each.substring(AOT_CACHE.length())).resolveSibling(CACHE))
                .filter(Files::exists)
                .findFirst();
    }

    @Override
    public List<String> command(Place place) {
        return command(place.memory(), cached());
    }

    private List<String> cached() {
        List<String> options = new ArrayList<>();
        cache.ifPresent(each -> {
            options.addAll(List.of(AOT_CACHE + each, "-Xlog:disable"));
            options.addAll(AT_ITS_ADDRESS);
        });
        return options;
    }

    /// @param more options for Java
    List<String> command(long memory, List<String> more) {
        return command(JvmWorker.class, heap(memory), more);
    }

    private static long heap(long memory) {
        return Math.max(MIN_HEAP, memory - BESIDE_HEAP);
    }

    /// The option of Java that limits the heap.
    ///
    /// @param memory of the process, in bytes
    public static String heapOption(long memory) {
        return "-Xmx" + (heap(memory) >> MEGABYTE) + "m";
    }

    /// The command that starts one of the programs of this module.
    ///
    /// @param heap in bytes
    List<String> command(Class<?> main, long heap) {
        return command(main, heap, cached());
    }

    private List<String> command(Class<?> main, long heap, List<String> more) {
        List<String> command = new ArrayList<>();
        openFolder()
                .ifPresent(each ->
                        command.addAll(
                                List.of("/bin/sh", "-c", WITH_OPEN_FOLDER, each.toString())));
        command.add(java.resolve("bin/java").toString());
        // A cache is only used with the collector and the headers that it was made with.
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:-UsePerfData",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xms" + (MIN_HEAP >> MEGABYTE) + "m",
                        "-Xmx" + (heap >> MEGABYTE) + "m",
                        "-Duser.timezone=UTC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(more);
        command.addAll(List.of("-cp", classPath, main.getName()));
        return command;
    }

    private Optional<Path> openFolder() {
        try {
            return classPath.startsWith(OPEN_FOLDER)
                    ? Optional.of(Path.of(OPEN_FOLDER).toRealPath())
                    : Optional.empty();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public Map<Path, String> files() {
        Set<Path> files = new LinkedHashSet<>();
        files.add(java);
        files.addAll(configurations());
        Optional<Path> folder = openFolder();
        if (folder.isPresent()) {
            files.add(folder.get().resolve("lib"));
        } else {
            for (String each : classPath.split(File.pathSeparator, -1)) {
                Path entry = Path.of(each).toAbsolutePath();
                Path parent = entry.getParent();
                boolean alone = Files.isDirectory(entry) || parent == null || !isOpen(parent);
                files.add(alone ? entry : parent);
            }
        }
        cache.ifPresent(files::add);
        // A folder brings what is below it.
        return files.stream()
                .filter(Files::exists)
                .filter(each ->
                        files.stream()
                                .noneMatch(other -> !each.equals(other) && each.startsWith(other)))
                .collect(Collectors.toMap(each -> each, Path::toString));
    }

    /// Whether every user may look into a folder, as a worker has to that runs as another one.
    private static boolean isOpen(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder)
                    .containsAll(PosixFilePermissions.fromString("------r-x"));
        } catch (IOException unreadable) {
            return false;
        }
    }

    /// Debian keeps the settings of its Java elsewhere, and links to them.
    private static List<Path> configurations() {
        try (Stream<Path> all = Files.list(Path.of("/etc"))) {
            return all.filter(each -> each.getFileName().toString().matches("java-\\d+-openjdk"))
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    @Override
    public Optional<String> meaning(int exitCode) {
        return switch (exitCode) {
            case OUT_OF_MEMORY -> Optional.of("its heap was full");
            case STUCK -> Optional.of("a call of it did not end");
            default -> Optional.empty();
        };
    }

    @Override
    public boolean isOutOfMemory(int exitCode) {
        return exitCode == OUT_OF_MEMORY;
    }
}
