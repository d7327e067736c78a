package dev.rialto.workers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The command of a micro app in whatever language, which speaks the worker protocol.
///
/// @param words the program and its arguments
/// @param unpacked the files of the micro app, where it starts
record CommandImage(List<String> words, Path unpacked) implements Image {
    private static final Duration TIME_TO_END = Duration.ofSeconds(2);

    /// Where a process in namespaces sees its files.
    private static final Path PLACE = Path.of("/app");

    private static final String START =
            "export PATH="
                    + SystemPrograms.SEARCH_PATH
                    + " LANG=C.UTF-8 \"HOME=$TMPDIR\" && unset PWD OLDPWD && exec \"$@\"";

    @Override
    public List<String> command(Place place) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("/bin/sh", "-c", START, "start"));
        command.addAll(ArtifactFolder.resolve(words, place.confined() ? PLACE : unpacked));
        return command;
    }

    @Override
    public Map<Path, String> files() {
        Map<Path, String> files = new HashMap<>(SystemPrograms.files());
        files.put(unpacked, PLACE.toString());
        return files;
    }

    @Override
    public Optional<Path> folder() {
        return Optional.of(unpacked);
    }

    @Override
    public Duration timeToEnd() {
        return TIME_TO_END;
    }

    @Override
    public Optional<String> meaning(int exitCode) {
        return Optional.empty();
    }
}
