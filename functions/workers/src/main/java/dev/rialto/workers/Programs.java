package dev.rialto.workers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the programs of this machine.
public final class Programs {
    private Programs() {}

    /// Finds a program in the folders of a PATH, or at its path.
    public static Optional<Path> locate(String command, String searchPath) {
        List<Path> candidates = new ArrayList<>();
        if (command.contains("/")) {
            candidates.add(Path.of(command));
        } else {
            for (String folder : searchPath.split(":", -1)) {
                if (!folder.isEmpty()) {
                    candidates.add(Path.of(folder, command));
                }
            }
        }
        return candidates.stream()
                .filter(Files::isRegularFile)
                .filter(Files::isExecutable)
                .map(Path::toAbsolutePath)
                .findFirst();
    }
}
