package dev.rialto.telemetry;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;

/// The levels of the log, under their usual names.
public enum LogLevel {
    OFF,
    ERROR,
    WARNING,
    INFO,
    DEBUG,
    TRACE;

    Level level() {
        return switch (this) {
            case OFF -> Level.OFF;
            case ERROR -> Level.SEVERE;
            case WARNING -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
            case TRACE -> Level.ALL;
        };
    }

    static Optional<LogLevel> named(String name) {
        return Arrays.stream(values()).filter(each -> each.wireName().equals(name)).findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(LogLevel::wireName).toList();
    }

    /// The name of a record's level.
    static String of(Level level) {
        for (LogLevel each : values()) {
            if (each != OFF && level.intValue() >= each.level().intValue()) {
                return each.wireName();
            }
        }
        return TRACE.wireName();
    }

    private String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
