package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The encoding of a text file: by its byte order mark, else as told, else UTF-8.
final class TextEncoding {
    private static final int LOOKED_AT = 1024;

    private TextEncoding() {}

    /// Finds the encoding and passes over a byte order mark of UTF-16; one of UTF-8 is gone
    /// already.
    static Charset of(CountedStream in, Optional<Charset> told) throws IOException {
        byte[] start = in.peek(LOOKED_AT);
        if (in.hadMark()) {
            return StandardCharsets.UTF_8;
        }
        if (start.length >= 2 && (start[0] & 0xFF) == 0xFF && (start[1] & 0xFF) == 0xFE) {
            in.skipNBytes(2);
            return StandardCharsets.UTF_16LE;
        }
        if (start.length >= 2 && (start[0] & 0xFF) == 0xFE && (start[1] & 0xFF) == 0xFF) {
            in.skipNBytes(2);
            return StandardCharsets.UTF_16BE;
        }
        if (told.isEmpty() && hasZero(start)) {
            throw new RialtoException(
                    ErrorCode.MALFORMED_REQUEST,
                    "the file is not UTF-8 text: specify its encoding with --encoding, such as"
                            + " UTF-16LE");
        }
        return told.orElse(StandardCharsets.UTF_8);
    }

    private static boolean hasZero(byte[] bytes) {
        for (byte each : bytes) {
            if (each == 0) {
                return true;
            }
        }
        return false;
    }
}
