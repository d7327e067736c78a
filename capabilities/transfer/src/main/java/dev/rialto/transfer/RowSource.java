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

    static RowSource open(ImportRequest request) throws IOException {
        var in = new BufferedInputStream(stream(request.file()), 1 << 16);
        return switch (request.format()) {
            case JSON_LINES -> new JsonLinesSource(new CountedStream(in));
            case JSON -> new JsonArraySource(new CountedStream(in));
            case CSV -> CsvSource.open(new CountedStream(in), request.csv());
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
