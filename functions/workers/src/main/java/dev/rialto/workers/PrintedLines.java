package dev.rialto.workers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a process prints, line by line, no faster than its [FrameRate]. It is read from the start
/// on, since a process that can't print waits. What it prints before anybody takes the lines is
/// kept, as far as it can be shown.
public final class PrintedLines {
    private static final int MAX_LINE_LENGTH = 16_384;
    private static final int MAX_KEPT = 4_000;
    private static final Duration TIME_TO_END = Duration.ofSeconds(1);

    private final FrameRate rate = new FrameRate(System.nanoTime());
    private final StringBuilder kept = new StringBuilder();
    private final Thread reading;
    private @Nullable Consumer<String> taker;

    public PrintedLines(InputStream printed) {
        // Pipes of processes block the thread's carrier, so this is not a virtual thread.
        this.reading =
                Thread.ofPlatform().daemon().name("worker-printed").unstarted(() -> read(printed));
        reading.start();
    }

    private void read(InputStream printed) {
        try (var lines =
                new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8))) {
            char[] buffer = new char[MAX_LINE_LENGTH];
            int count = lines.read(buffer);
            while (count >= 0) {
                for (String line : new String(buffer, 0, count).lines().toList()) {
                    if (!line.isBlank()) {
                        take(line);
                        Thread.sleep(rate.count(line.length(), System.nanoTime()));
                    }
                }
                count = lines.read(buffer);
            }
        } catch (IOException gone) {
            // nothing more is printed
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(String line) {
        Consumer<String> taking;
        synchronized (this) {
            taking = taker;
            if (taking == null) {
                if (kept.length() + line.length() < MAX_KEPT) {
                    kept.append(line).append('\n');
                }
                return;
            }
        }
        taking.accept(line);
    }

    /// Hands over the lines, those first that were printed before.
    public void to(Consumer<String> taker) {
        String before;
        synchronized (this) {
            before = kept.toString();
            kept.setLength(0);
            this.taker = taker;
        }
        before.lines().forEach(taker);
    }

    /// What an ending process printed that nobody has taken.
    public String untaken() {
        try {
            // A descendant may have what it printed to open for longer.
            reading.join(TIME_TO_END);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            return kept.toString().strip();
        }
    }
}
