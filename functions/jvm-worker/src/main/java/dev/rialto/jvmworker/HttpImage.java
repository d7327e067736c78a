package dev.rialto.jvmworker;

import dev.rialto.workers.Image;
import dev.rialto.workers.SystemPrograms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts [HttpWorker], which starts a program that serves HTTP.
///
/// @param jvm how programs of this server are started
public record HttpImage(JvmImage jvm) implements Image {
    /// The worker only passes things on: most of the memory is for the program.
    private static final int SHARE_OF_WORKER = 4;

    private static final Duration TIME_TO_END = Duration.ofSeconds(3);
    private static final long MIN_HEAP = 32L << 20;
    private static final long MAX_HEAP = 256L << 20;

    /// What the worker exits with when its program has ended.
    static final int PROGRAM_ENDED = 5;

    @Override
    public List<String> command(Place place) {
        long heap = Math.clamp(place.memory() / SHARE_OF_WORKER, MIN_HEAP, MAX_HEAP);
        return jvm.command(HttpWorker.class, heap);
    }

    @Override
    public Map<Path, String> files() {
        Map<Path, String> files = new HashMap<>(SystemPrograms.files());
        jvm.files()
                .forEach((file, place) -> {
                    // A folder brings what is below it.
                    if (files.keySet().stream().noneMatch(file::startsWith)) {
                        files.put(file, place);
                    }
                });
        return files;
    }

    @Override
    public Duration timeToEnd() {
        return TIME_TO_END;
    }

    @Override
    public Optional<String> meaning(int exitCode) {
        return exitCode == PROGRAM_ENDED
                ? Optional.of("its program has ended")
                : jvm.meaning(exitCode);
    }

    @Override
    public boolean isOutOfMemory(int exitCode) {
        return jvm.isOutOfMemory(exitCode);
    }
}
