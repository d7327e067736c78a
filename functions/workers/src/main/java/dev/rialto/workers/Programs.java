package dev.rialto.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Finds the programs of this machine.
public final class Programs {
    private static final int PROBE_SECONDS = 10;

    private Programs() {}

    /// A command prefix that makes a process end with this server even if it can't notice that the
    /// server is gone; empty if the system does not support it.
    static List<String> tether(String searchPath) {
        return locate("setpriv", searchPath)
                .map(setpriv -> List.of(setpriv.toString(), "--pdeathsig", "KILL"))
                .filter(Programs::isSupported)
                .orElse(List.of());
    }

    private static boolean isSupported(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("/bin/sh", "-c", "exit 0"));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try {
                return process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException unusable) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

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
