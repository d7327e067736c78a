package dev.rialto.transfer;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/// One row of a CSV file.
///
/// @param line where it begins, counted from 1
record CsvRow(long line, List<Cell> cells) {
    /// @param quoted whether it stands in quotes
    record Cell(String text, boolean quoted) {}

    /// The rows of a text; blank lines are passed over.
    static CsvReader<CsvRow> reader(Reader text, char delimiter) {
        return CsvReader.builder()
                .fieldSeparator(delimiter)
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowExtraCharsAfterClosingQuote(true)
                .build(new Handler(), text);
    }

    /// Whether there is nothing but delimiters, as spreadsheets write below their last row.
    boolean isEmpty() {
        return cells.stream().allMatch(cell -> cell.text().isEmpty() && !cell.quoted());
    }

    /// The row as it might stand in the file.
    String text(char delimiter) {
        return String.join(String.valueOf(delimiter), cells.stream().map(Cell::text).toList());
    }

    private static final class Handler extends AbstractBaseCsvCallbackHandler<CsvRow> {
        private List<Cell> cells = new ArrayList<>();

        @Override
        protected void handleBegin(long line) {
            cells = new ArrayList<>(cells.size());
        }

        @Override
        protected void handleField(int index, char[] from, int at, int length, boolean quoted) {
            cells.add(new Cell(new String(from, at, length), quoted));
        }

        @Override
        protected CsvRow buildRecord() {
            return new CsvRow(getStartingLineNumber(), cells);
        }
    }
}
