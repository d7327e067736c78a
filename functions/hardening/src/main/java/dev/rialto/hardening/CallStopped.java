package dev.rialto.hardening;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The end of a call that used up its budget. Hardened code can't catch it.
public final class CallStopped extends Error {
    /// Why a call was stopped.
    public enum Kind {
        /// It took too long.
        DEADLINE,
        /// It allocated too much memory.
        ALLOCATION,
        /// Nobody waits for it any more.
        CANCELLED,
        /// Memory of the whole server was short.
        SHORTAGE
    }

    private final Kind kind;
    private @Nullable String brokenClass;

    CallStopped(Kind kind, String message) {
        super(message, null, false, true);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /// The class whose initialiser ran when the call was stopped. The JVM never initialises it
    /// again, so that its revision is of no more use.
    public Optional<String> brokenClass() {
        return Optional.ofNullable(brokenClass);
    }

    void breaks(String className) {
        if (brokenClass == null) {
            brokenClass = className;
        }
    }
}
