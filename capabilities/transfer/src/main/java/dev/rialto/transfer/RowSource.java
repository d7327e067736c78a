package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// The rows of a file, one after the other, in constant memory.
interface RowSource extends AutoCloseable {
    /// The next row; empty at the end.
    ///
    /// @throws RialtoException when the rest of the file can't be read
    Optional<InputRow> next() throws IOException;

    /// Bytes of the file that have been read.
    long position();

    /// Whether fields are strings that have yet to become values of their fields' types.
    default boolean hasCells() {
        return false;
    }

    @Override
    void close() throws IOException;

    static RowSource open(Path file, ImportFormat format) throws IOException {
        var counted = new CountedStream(new BufferedInputStream(stream(file), 1 << 16));
        return switch (format) {
            case JSON_LINES -> new JsonLinesSource(counted);
            case JSON -> new JsonArraySource(counted);
            case CSV -> new CsvSource(counted);
        };
    }

    private static InputStream stream(Path file) throws IOException {
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException missing) {
            throw new RialtoException(ErrorCode.NOT_FOUND, "there is no file " + file, missing);
        }
    }
}
