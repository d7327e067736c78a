package dev.rialto.transfer;

import java.io.IOException;
import java.util.Optional;

/// The rows of a file or table, one after the other, in constant memory.
interface RowSource extends AutoCloseable {
    /// The next row; empty at the end.
    ///
    /// @throws dev.rialto.kernel.RialtoException when the rest of the file can't be read
    Optional<InputRow> next() throws IOException;

    /// How much has been read: bytes of a file, rows of a table.
    long position();

    /// Whether fields are strings that have yet to become values of their fields' types.
    default boolean hasCells() {
        return false;
    }

    @Override
    void close() throws IOException;
}
