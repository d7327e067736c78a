package dev.rialto.telemetry;

import dev.rialto.kernel.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Logger;

/// The level and the format of the log.
///
/// @param level the lowest level that is logged
/// @param levels levels of single loggers, by name prefix
/// @param access whether each request is logged
public record LogSettings(
        LogLevel level, Map<String, LogLevel> levels, Format format, boolean access) {
    /// The form of a line.
    public enum Format {
        TEXT,
        JSON
    }

    private enum Switch {
        OFF,
        ON
    }

    public LogSettings {
        levels = Map.copyOf(levels);
    }

    static LogSettings read(Settings in) {
        LogLevel level = in.choice("log.level", LogLevel.class, LogLevel.WARNING);
        List<String> own = in.list("log.levels", List.of());
        Format format = in.choice("log.format", Format.class, Format.TEXT);
        boolean access = in.choice("http.access-log", Switch.class, Switch.OFF) == Switch.ON;
        return in.build(
                new LogSettings(LogLevel.WARNING, Map.of(), Format.TEXT, false),
                () -> new LogSettings(level, levels(own), format, access));
    }

    private static Map<String, LogLevel> levels(List<String> own) {
        Map<String, LogLevel> levels = new LinkedHashMap<>();
        for (String each : own) {
            int equals = each.indexOf('=');
            Optional<LogLevel> level =
                    equals < 1
                            ? Optional.empty()
                            : LogLevel.named(each.substring(equals + 1).strip());
            levels.put(
                    each.substring(0, Math.max(equals, 0)).strip(),
                    level.orElseThrow(() ->
                            new IllegalArgumentException(
                                    "log.levels must be like dev.rialto.store=debug, with one of "
                                            + LogLevel.names()
                                            + ": "
                                            + each)));
        }
        return levels;
    }

    /// Applies the settings to the log of this process, which other servers in it share.
    ///
    /// @return the loggers with their own levels, to be kept: the JVM may collect them otherwise
    public List<Logger> apply() {
        Logger root = Logger.getLogger("");
        root.setLevel(level.level());
        if (format == Format.JSON) {
            for (Handler each : root.getHandlers()) {
                each.setFormatter(new JsonLines());
            }
        }
        return levels.entrySet().stream().map(LogSettings::set).toList();
    }

    private static Logger set(Map.Entry<String, LogLevel> own) {
        Logger logger = Logger.getLogger(own.getKey());
        logger.setLevel(own.getValue().level());
        return logger;
    }
}
