package dev.rialto.hardening.standin;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A logger that is switched off. What a library logs is for those who run it, and a function has
/// its own log.
public class Logger {
    public static final String GLOBAL_LOGGER_NAME = "global";

    private final @Nullable String name;

    protected Logger(@Nullable String name, @Nullable String bundle) {
        this.name = name;
    }

    public static Logger getLogger(String name) {
        return new Logger(name, null);
    }

    public static Logger getLogger(String name, @Nullable String bundle) {
        return new Logger(name, null);
    }

    public static Logger getAnonymousLogger() {
        return new Logger(null, null);
    }

    public static Logger getGlobal() {
        return new Logger(GLOBAL_LOGGER_NAME, null);
    }

    public @Nullable String getName() {
        return name;
    }

    public boolean isLoggable(Level level) {
        return false;
    }

    public Level getLevel() {
        return Level.OFF;
    }

    public void setLevel(@Nullable Level level) {}

    public @Nullable Logger getParent() {
        return null;
    }

    public void log(Level level, @Nullable String message) {}

    public void log(Level level, Supplier<String> message) {}

    public void log(Level level, @Nullable String message, @Nullable Object parameter) {}

    public void log(Level level, @Nullable String message, Object @Nullable [] parameters) {}

    public void log(Level level, @Nullable String message, @Nullable Throwable thrown) {}

    public void log(Level level, @Nullable Throwable thrown, Supplier<String> message) {}

    public void logp(
            Level level,
            @Nullable String sourceClass,
            @Nullable String sourceMethod,
            @Nullable String message) {}

    public void logp(
            Level level,
            @Nullable String sourceClass,
            @Nullable String sourceMethod,
            @Nullable String message,
            @Nullable Throwable thrown) {}

    public void entering(@Nullable String sourceClass, @Nullable String sourceMethod) {}

    public void exiting(@Nullable String sourceClass, @Nullable String sourceMethod) {}

    public void throwing(
            @Nullable String sourceClass, @Nullable String sourceMethod, Throwable thrown) {}

    public void severe(@Nullable String message) {}

    public void severe(Supplier<String> message) {}

    public void warning(@Nullable String message) {}

    public void warning(Supplier<String> message) {}

    public void info(@Nullable String message) {}

    public void info(Supplier<String> message) {}

    public void config(@Nullable String message) {}

    public void config(Supplier<String> message) {}

    public void fine(@Nullable String message) {}

    public void fine(Supplier<String> message) {}

    public void finer(@Nullable String message) {}

    public void finer(Supplier<String> message) {}

    public void finest(@Nullable String message) {}

    public void finest(Supplier<String> message) {}
}
