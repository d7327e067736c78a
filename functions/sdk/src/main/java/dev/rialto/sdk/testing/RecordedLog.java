package dev.rialto.sdk.testing;

import dev.rialto.sdk.Log;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A log whose lines a test can look at.
public final class RecordedLog implements Log {
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /// What was logged.
    ///
    /// @param level `debug`, `info`, `warn` or `error`
    public record Line(String level, String message, Optional<Throwable> cause) {
        /// Level and message.
        @Override
        public String toString() {
            return level + " " + message;
        }
    }

    RecordedLog() {}

    public List<Line> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void debug(String message) {
        lines.add(new Line("debug", message, Optional.empty()));
    }

    @Override
    public void info(String message) {
        lines.add(new Line("info", message, Optional.empty()));
    }

    @Override
    public void warn(String message) {
        lines.add(new Line("warn", message, Optional.empty()));
    }

    @Override
    public void error(String message) {
        lines.add(new Line("error", message, Optional.empty()));
    }

    @Override
    public void error(String message, Throwable cause) {
        lines.add(new Line("error", message, Optional.of(cause)));
    }
}
