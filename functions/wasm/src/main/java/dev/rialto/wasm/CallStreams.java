package dev.rialto.wasm;

import com.dylibso.chicory.runtime.Memory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The standard streams of one call. To be used by one thread at a time.
final class CallStreams {
    /// What is kept of the standard error.
    private static final int MAX_ERROR = 64 << 10;

    private static final int MAX_LINES = 1_000;

    private final byte[] input;
    private final long maxOutput;
    private int read;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream error = new ByteArrayOutputStream();
    private long lost;

    CallStreams(byte[] input, long maxOutput) {
        this.input = input;
        this.maxOutput = maxOutput;
    }

    byte[] input() {
        return input;
    }

    /// Copies what follows of the input.
    ///
    /// @param length unsigned
    /// @return how much there was
    int read(Memory to, int address, int length) {
        int count = (int) Math.min(Integer.toUnsignedLong(length), input.length - read);
        to.write(address, input, read, count);
        read += count;
        return count;
    }

    /// @throws GuestExit when it is more than a call may write
    void write(Memory from, int address, int length) {
        if (length < 0 || length > maxOutput - output.size()) {
            throw new GuestExit(new Outcome.OutputTooLarge());
        }
        output.writeBytes(from.readBytes(address, length));
    }

    /// What doesn't fit is counted.
    void writeError(Memory from, int address, int length) {
        int kept = (int) Math.min(Integer.toUnsignedLong(length), MAX_ERROR - error.size());
        error.writeBytes(from.readBytes(address, kept));
        lost += Integer.toUnsignedLong(length) - kept;
    }

    byte[] output() {
        return output.toByteArray();
    }

    /// The lines of the standard error.
    List<String> errorLines() {
        List<String> lines =
                error.toString(StandardCharsets.UTF_8)
                        .lines()
                        .filter(each -> !each.isBlank())
                        .limit(MAX_LINES)
                        .toList();
        if (lost == 0) {
            return lines;
        }
        var all = new ArrayList<>(lines);
        all.add("(" + lost + " more bytes of the standard error are not kept)");
        return all;
    }
}
