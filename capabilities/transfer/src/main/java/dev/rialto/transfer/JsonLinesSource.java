package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The rows of a file with one JSON object on each line. Blank lines are passed over; a line that
/// is too long or no object is unreadable, and the next line is read all the same.
final class JsonLinesSource implements RowSource {
    private static final int MAX_LINE_LENGTH = 32 << 20;
    private static final int SHOWN = 1000;

    private final CountedStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
    private int from;
    private int to;
    private long number;
    private boolean tooLong;

    JsonLinesSource(CountedStream in) {
        this.in = in;
    }

    @Override
    public Optional<InputRow> next() throws IOException {
        while (readLine()) {
            number++;
            byte[] bytes = line.toByteArray();
            if (tooLong) {
                return unreadable(bytes, "the line is longer than " + MAX_LINE_LENGTH + " bytes");
            }
            if (!isBlank(bytes)) {
                return Optional.of(row(bytes));
            }
        }
        return Optional.empty();
    }

    private InputRow row(byte[] bytes) {
        try {
            JsonNode value = Json.read(bytes);
            if (value.isObject()) {
                return new InputRow.Readable(number, value.asObject());
            }
            return unreadable(bytes, "the line is not a JSON object").orElseThrow();
        } catch (JacksonException notJson) {
            return unreadable(bytes, "no JSON: " + notJson.getOriginalMessage()).orElseThrow();
        } catch (RialtoException refused) {
            return new InputRow.Unreadable(number, beginning(bytes), refused);
        }
    }

    private Optional<InputRow> unreadable(byte[] bytes, String reason) {
        return Optional.of(
                new InputRow.Unreadable(
                        number,
                        beginning(bytes),
                        new RialtoException(ErrorCode.INVALID_JSON, reason)));
    }

    private static String beginning(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, SHOWN), StandardCharsets.UTF_8);
    }

    /// Reads up to the end of a line into `line`, or as much of it as is allowed.
    private boolean readLine() throws IOException {
        line.reset();
        tooLong = false;
        boolean any = false;
        while (fill()) {
            any = true;
            int end = from;
            while (end < to && buffer[end] != '\n') {
                end++;
            }
            if (line.size() + end - from <= MAX_LINE_LENGTH) {
                line.write(buffer, from, end - from);
            } else {
                tooLong = true;
            }
            boolean complete = end < to;
            from = complete ? end + 1 : end;
            if (complete) {
                return true;
            }
        }
        return any;
    }

    private boolean fill() throws IOException {
        if (from < to) {
            return true;
        }
        from = 0;
        to = Math.max(in.read(buffer, 0, buffer.length), 0);
        return to > 0;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte each : bytes) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public long position() {
        return in.count();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
