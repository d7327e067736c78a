package dev.rialto.transfer;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The rows of a CSV file: UTF-8, commas, RFC 4180 quotes, names of the fields on the first line.
/// An empty cell is a field that the object doesn't have.
final class CsvSource implements RowSource {
    private static final int SHOWN = 1000;
    private static final char REPLACEMENT = '\uFFFD';

    private final CountedStream in;
    private final CloseableIterator<CsvRecord> records;
    private final List<String> fields;

    CsvSource(CountedStream in) {
        this.in = in;
        this.records =
                CsvReader.builder()
                        .skipEmptyLines(true)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .allowExtraCharsAfterClosingQuote(true)
                        .ofCsvRecord(in, StandardCharsets.UTF_8)
                        .iterator();
        this.fields = read().map(record -> names(record.getFields())).orElse(List.of());
    }

    @Override
    public Optional<InputRow> next() {
        return read().map(this::row);
    }

    private Optional<CsvRecord> read() {
        try {
            return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
        } catch (CsvParseException broken) {
            throw new RialtoException(
                    ErrorCode.MALFORMED_REQUEST,
                    "the file is broken CSV: "
                            + broken.getMessage()
                            + "; is there a quote that is not closed?",
                    broken);
        }
    }

    private InputRow row(CsvRecord record) {
        long line = record.getStartingLineNumber();
        if (record.getFieldCount() != fields.size()) {
            return unreadable(
                    record,
                    "the row has "
                            + record.getFieldCount()
                            + " cells, the first line "
                            + fields.size());
        }
        ObjectNode row = Json.object();
        for (int i = 0; i < fields.size(); i++) {
            String cell = record.getField(i);
            if (cell.indexOf(REPLACEMENT) >= 0) {
                return unreadable(record, "the row is not UTF-8");
            }
            if (!cell.isEmpty()) {
                row.put(fields.get(i), cell);
            }
        }
        return new InputRow.Readable(line, row);
    }

    private static InputRow unreadable(CsvRecord record, String reason) {
        String text = String.join(",", record.getFields());
        return new InputRow.Unreadable(
                record.getStartingLineNumber(),
                text.substring(0, Math.min(text.length(), SHOWN)),
                new RialtoException(ErrorCode.MALFORMED_REQUEST, reason));
    }

    /// Field names from the headings: `first name` becomes `first_name`.
    private static List<String> names(List<String> headings) {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String heading : headings) {
            String name = heading.strip().replaceAll("[^A-Za-z0-9_]+", "_");
            if (!name.startsWith("_hashed_password")) {
                name = name.replaceAll("^[^A-Za-z]+|_+$", "");
            }
            if (name.isEmpty()) {
                name = "column" + (names.size() + 1);
            }
            if (!seen.add(name)) {
                throw new RialtoException(
                        ErrorCode.INVALID_KEY_NAME,
                        "two columns of the first line would be the field " + name);
            }
            names.add(name);
        }
        return names;
    }

    @Override
    public boolean hasCells() {
        return true;
    }

    @Override
    public long position() {
        return in.count();
    }

    @Override
    public void close() throws IOException {
        records.close();
        in.close();
    }
}
