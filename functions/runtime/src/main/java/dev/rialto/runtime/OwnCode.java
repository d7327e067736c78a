package dev.rialto.runtime;

import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds a revision's own code in stacks: where something happened, and stack traces without the
/// server's frames.
final class OwnCode {
    private static final int MAX_LENGTH = 8_000;

    /// What hardening adds to each revision.
    private static final String ADDED = "rialto.guarded.";

    private static final String SERVER = "dev.rialto.";
    private static final String SDK = "dev.rialto.sdk.";

    private final @Nullable String loader;

    OwnCode(ClassLoader revision) {
        this.loader = revision.getName();
    }

    /// The innermost place of the revision's own code, such as `com.acme.Greeter.greet
    /// (Greeter.java:12)`.
    Optional<String> place(StackTraceElement[] stack) {
        for (StackTraceElement each : stack) {
            if (isOwn(each)) {
                return Optional.of(text(each));
            }
        }
        return Optional.empty();
    }

    /// The same as the end of a sentence; empty when it isn't known.
    String atPlace(StackTraceElement[] stack) {
        return place(stack).map(each -> ", at " + each).orElse("");
    }

    /// A stack trace with its causes: the revision's frames and what they called, of a length that
    /// a log takes.
    String trace(Throwable thrown) {
        var text = new StringBuilder();
        Set<Throwable> told = new HashSet<>();
        Throwable next = thrown;
        while (next != null && told.add(next) && text.length() < MAX_LENGTH) {
            text.append(text.isEmpty() ? "" : "Caused by: ").append(next).append('\n');
            frames(next.getStackTrace(), text);
            next = next.getCause();
        }
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text.toString();
    }

    private void frames(StackTraceElement[] stack, StringBuilder text) {
        int end = stack.length;
        while (end > 0 && !isOwn(stack[end - 1])) {
            end--;
        }
        for (int i = 0; i < end && text.length() < MAX_LENGTH; i++) {
            if (!isServer(stack[i].getClassName())) {
                text.append("\tat ").append(text(stack[i])).append('\n');
            }
        }
    }

    private static boolean isServer(String className) {
        return className.startsWith(ADDED)
                || (className.startsWith(SERVER) && !className.startsWith(SDK));
    }

    private boolean isOwn(StackTraceElement frame) {
        return frame.getModuleName() == null
                && Objects.equals(frame.getClassLoaderName(), loader)
                && !frame.getClassName().startsWith(ADDED);
    }

    private static String text(StackTraceElement frame) {
        String file = frame.getFileName();
        String line = frame.getLineNumber() > 0 ? ":" + frame.getLineNumber() : "";
        return "%s.%s (%s)"
                .formatted(
                        frame.getClassName(),
                        frame.getMethodName(),
                        file == null ? "unknown source" : file + line);
    }
}
