package dev.rialto.workers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The resident memory of a process, where the system reports it as Linux does.
final class ResidentMemory {
    private static final long PAGE = 4096;

    private static final Pattern PROPORTIONAL = Pattern.compile("(?m)^Pss: +(\\d{1,12}) kB$");
    private static final int KILOBYTE = 10;

    private ResidentMemory() {}

    /// In bytes, with what it shares with other processes divided among them; like [#of] where the
    /// system doesn't tell. Takes milliseconds.
    static long proportional(long pid) {
        try {
            Matcher told =
                    PROPORTIONAL.matcher(
                            Files.readString(Path.of("/proc/" + pid + "/smaps_rollup")));
            return told.find() ? Long.parseLong(told.group(1)) << KILOBYTE : of(pid);
        } catch (IOException unknown) {
            return of(pid);
        }
    }

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
