package dev.rialto.hardening.standin;

import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// As [Logger], of `java.lang.System`.
public interface SystemLogger {
    String getName();

    boolean isLoggable(Level level);

    default void log(Level level, @Nullable String message) {}

    default void log(Level level, Supplier<String> message) {}

    default void log(Level level, @Nullable Object message) {}

    default void log(Level level, @Nullable String message, @Nullable Throwable thrown) {}

    default void log(Level level, Supplier<String> message, @Nullable Throwable thrown) {}

    default void log(Level level, @Nullable String format, Object @Nullable ... parameters) {}
}
