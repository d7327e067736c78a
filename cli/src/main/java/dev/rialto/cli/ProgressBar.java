package dev.rialto.cli;

import dev.rialto.transfer.TransferProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// Shows how far a transfer is: one line that is drawn again and again on a terminal, and else a
/// plain line every few seconds.
final class ProgressBar implements TransferProgress {
    private static final int WIDTH = 30;
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration PLAIN = Duration.ofSeconds(5);

    private final PrintWriter out;
    private final boolean terminal;
    private final InstantSource clock;
    private Phase phase = Phase.INFERRING;
    private Instant begun;
    private Instant shown;
    private long rowsBefore = -1;
    private int drawn;

    ProgressBar(PrintWriter out, boolean terminal, InstantSource clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.begun = clock.instant();
        this.shown = begun;
    }

    /// A bar on standard error, drawn when a person is watching.
    static ProgressBar onError(PrintWriter error) {
        boolean watched = Console.isWatched();
        return new ProgressBar(error, watched, InstantSource.system());
    }

    @Override
    public void at(Phase now, double done, long rows, long rejected) {
        if (now != phase || rowsBefore < 0) {
            phase = now;
            begun = clock.instant();
            rowsBefore = rows;
        }
        Instant time = clock.instant();
        boolean last = done >= 1;
        Duration since = Duration.between(shown, time);
        if (since.compareTo(terminal ? REDRAW : PLAIN) < 0 && !(last && terminal)) {
            return;
        }
        shown = time;
        String line = line(done, rows, rejected, time);
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
            drawn = line.length();
        } else {
            out.println(line);
        }
        out.flush();
    }

    /// Leaves the terminal's cursor on a line of its own; what follows is another transfer.
    void finish() {
        if (terminal && drawn > 0) {
            out.println();
            out.flush();
        }
        drawn = 0;
        rowsBefore = -1;
    }

    private String line(double done, long rows, long rejected, Instant time) {
        double part = Math.clamp(done, 0, 1);
        int full = (int) Math.round(part * WIDTH);
        double seconds = Math.max(Duration.between(begun, time).toMillis(), 1) / 1000.0;
        String name =
                switch (phase) {
                    case INFERRING -> "finding types";
                    case IMPORTING -> "importing    ";
                    case EXPORTING -> "exporting    ";
                };
        String line =
                String.format(
                        Locale.ROOT,
                        "%s [%s%s] %3.0f %% %,d rows, %,.0f per second",
                        name,
                        "#".repeat(full),
                        ".".repeat(WIDTH - full),
                        part * 100,
                        rows,
                        (rows - rowsBefore) / seconds);
        return rejected == 0 ? line : line + String.format(Locale.ROOT, ", %,d rejected", rejected);
    }
}
