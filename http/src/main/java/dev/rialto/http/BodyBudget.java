package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.concurrent.Semaphore;

/// The memory that all request bodies together may take while they are read and worked on. Small
/// bodies are not counted: the number of connections bounds them.
final class BodyBudget {
    /// Up to this many bytes a body is free.
    static final int FREE = 64 << 10;

    private static final int UNIT = 1 << 10;

    private final Semaphore units;

    BodyBudget(long bytes) {
        units = new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / UNIT));
    }

    /// @throws RialtoException OVERLOADED
    void take(long bytes) {
        if (!units.tryAcquire(units(bytes))) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED, "too many large requests at once: try again shortly");
        }
    }

    void giveBack(long bytes) {
        units.release(units(bytes));
    }

    private static int units(long bytes) {
        return (int) ((bytes + UNIT - 1) / UNIT);
    }
}
