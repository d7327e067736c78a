package dev.rialto.transfer;

import dev.rialto.kernel.RialtoException;
import tools.jackson.databind.node.ObjectNode;

/// One row of a file.
sealed interface InputRow {
    /// The row's line, or its position in a JSON array; counted from 1.
    long line();

    /// A row that could be read.
    ///
    /// @param fields in wire form; of a CSV file, the cells as strings
    record Readable(long line, ObjectNode fields) implements InputRow {}

    /// A row that could not.
    ///
    /// @param text the row, or its beginning
    record Unreadable(long line, String text, RialtoException reason) implements InputRow {}
}
