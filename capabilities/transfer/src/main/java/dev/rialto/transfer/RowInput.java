package dev.rialto.transfer;

import java.io.IOException;

/// Where the rows of an import come from. It is opened twice: for the types of fields, and for
/// their values.
interface RowInput {
    RowSource open() throws IOException;

    /// Names the content, so that an import that was completed is not repeated.
    String fingerprint() throws IOException;

    /// Whether rows always come in the same order, so that an import that was interrupted goes on
    /// where it stopped; otherwise it reads all of them again.
    default boolean isOrdered() {
        return true;
    }

    /// Whether no row has a field that the class lacks, so that no types need to be found.
    default boolean isTyped() {
        return false;
    }

    /// What [RowSource#position] is at the end.
    long size() throws IOException;

    /// How cells are read, if the rows have cells.
    default CsvOptions csv() {
        return CsvOptions.NONE;
    }
}
