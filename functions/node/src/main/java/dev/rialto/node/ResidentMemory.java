package dev.rialto.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process takes of the machine's memory, where the system tells it as Linux does.
final class ResidentMemory {
    private static final long PAGE = 4096;

    private ResidentMemory() {}

    /// In bytes; 0 when it isn't known.
    static long of(long pid) {
        try {
            String[] pages = Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ", -1);
            return Long.parseLong(pages[1]) * PAGE;
        } catch (IOException | NumberFormatException unknown) {
            return 0;
        }
    }
}
