package dev.rialto.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The resident memory of a process, where the system reports it as Linux does.
final class ResidentMemory {
    private static final long PAGE = 4096;

    private ResidentMemory() {}

    /// In bytes; 0 if unknown.
    static long of(long pid) {
        try {
            String[] pages = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ", -1);
            return Long.parseLong(pages[1]) * PAGE;
        } catch (IOException | NumberFormatException unknown) {
            return 0;
        }
    }
}
