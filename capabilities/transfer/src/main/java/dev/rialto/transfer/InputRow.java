package dev.rialto.transfer;

import dev.rialto.kernel.RialtoException;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// One row of a file.
sealed interface InputRow {
    /// The row's line, or its position in a JSON array; counted from 1.
    long line();

    /// A row that could be read.
    ///
    /// @param fields in wire form; of a CSV file, the cells as strings
    /// @param quoted fields whose cells have quotes that they don't need
    record Readable(long line, ObjectNode fields, Set<String> quoted) implements InputRow {
        Readable(long line, ObjectNode fields) {
            this(line, fields, Set.of());
        }
    }

    /// A row that could not.
    ///
    /// @param text the row, or its beginning
    record Unreadable(long line, String text, RialtoException reason) implements InputRow {}
}
