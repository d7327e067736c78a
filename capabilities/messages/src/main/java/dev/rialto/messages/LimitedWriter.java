package dev.rialto.messages;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.Writer;

/// Collects a text that must not become too long.
final class LimitedWriter extends Writer {
    private final StringBuilder text = new StringBuilder();
    private final int most;

    /// @param most how many characters it may have
    LimitedWriter(int most) {
        this.most = most;
    }

    /// @throws RialtoException INVALID_VALUE when it becomes too long
    @Override
    public void write(char[] from, int offset, int length) {
        if (length > most - text.length()) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "a message must have at most " + most + " characters");
        }
        text.append(from, offset, length);
    }

    @Override
    public void flush() {
        // It is in memory.
    }

    @Override
    public void close() {
        // It has nothing open.
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
