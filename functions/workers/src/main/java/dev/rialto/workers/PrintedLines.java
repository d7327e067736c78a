package dev.rialto.workers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// What a worker prints, line by line, no faster than its [FrameRate].
final class PrintedLines {
    private static final int MAX_LINE_LENGTH = 16_384;

    private final FrameRate rate = new FrameRate(System.nanoTime());
    private final Consumer<String> log;

    PrintedLines(Consumer<String> log) {
        this.log = log;
    }

    /// Reads until the worker has ended.
    void read(InputStream printed) {
        try (var lines =
                new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8))) {
            char[] buffer = new char[MAX_LINE_LENGTH];
            int count = lines.read(buffer);
            while (count >= 0) {
                for (String line : new String(buffer, 0, count).lines().toList()) {
                    if (!line.isBlank()) {
                        log.accept(line);
                        Thread.sleep(rate.count(line.length(), System.nanoTime()));
                    }
                }
                count = lines.read(buffer);
            }
        } catch (IOException gone) {
            // nothing more to be told
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
