package dev.rialto.transfer;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.transfer.CsvRow.Cell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// The rows of a CSV file: RFC 4180 quotes, names of the fields on the first line. A cell without
/// anything is a field that the object doesn't have; `\N` without quotes, as PostgreSQL writes it,
/// is null.
final class CsvSource implements RowSource {
    /// What stands for null, without quotes.
    static final String NULL = "\\N";

    private static final int SAMPLE = 1 << 16;
    private static final int SHOWN = 1000;
    private static final char REPLACEMENT = '\uFFFD';

    /// What Excel reads as the delimiter, and writes at times.
    private static final Pattern TOLD =
            Pattern.compile(
                    "\\A\"?sep=([^\"\r\n])\"?[ \t,;|]*(\r\n|\r|\n|\\z)", Pattern.CASE_INSENSITIVE);

    private final CountedStream in;
    private final CloseableIterator<CsvRow> rows;
    private final CsvHeader header;
    private final Set<String> nulls;
    private final char delimiter;
    private final long linesBefore;

    private CsvSource(
            CountedStream in, Reader text, char delimiter, Set<String> nulls, long linesBefore) {
        this.in = in;
        this.rows = CsvRow.reader(text, delimiter).iterator();
        this.delimiter = delimiter;
        this.nulls = nulls;
        this.linesBefore = linesBefore;
        this.header = read().map(CsvSource::header).orElse(new CsvHeader(List.of(), 0));
    }

    /// @throws RialtoException when it is not certain what separates the cells
    static CsvSource open(CountedStream in, CsvOptions options) throws IOException {
        Charset encoding = TextEncoding.of(in, options.encoding());
        var text = new BufferedReader(new InputStreamReader(in, encoding));
        text.mark(SAMPLE + 1);
        var buffer = new char[SAMPLE];
        int length = 0;
        int read;
        while (length < SAMPLE && (read = text.read(buffer, length, SAMPLE - length)) > 0) {
            length += read;
        }
        text.reset();
        var sample = new String(buffer, 0, length);
        Matcher told = TOLD.matcher(sample);
        boolean isTold = told.find();
        String rest = isTold ? sample.substring(told.end()) : sample;
        if (isTold) {
            text.skip(told.end());
        }
        Optional<Character> known =
                options.delimiter()
                        .or(() -> isTold ? Optional.of(told.group(1).charAt(0)) : Optional.empty());
        var search = new CsvDelimiter(rest, length < SAMPLE);
        known.ifPresent(search::require);
        Set<String> nulls = new HashSet<>(options.nulls());
        nulls.add(NULL);
        return new CsvSource(in, text, known.orElseGet(search::find), nulls, isTold ? 1 : 0);
    }

    private static CsvHeader header(CsvRow first) {
        if (first.text(' ').indexOf(REPLACEMENT) >= 0) {
            throw new RialtoException(ErrorCode.MALFORMED_REQUEST, wrongEncoding("first line"));
        }
        return CsvHeader.of(first);
    }

    @Override
    public Optional<InputRow> next() {
        Optional<CsvRow> row = read();
        while (row.isPresent() && row.get().isEmpty()) {
            row = read();
        }
        return row.map(this::input);
    }

    private Optional<CsvRow> read() {
        try {
            return rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
        } catch (CsvParseException broken) {
            throw new RialtoException(
                    ErrorCode.MALFORMED_REQUEST,
                    "malformed CSV: "
                            + broken.getMessage()
                            + "; is there a quote that is not closed?",
                    broken);
        }
    }

    private InputRow input(CsvRow row) {
        List<String> fields = header.fields();
        List<Cell> cells = row.cells();
        if (cells.size() != fields.size() && cells.size() != fields.size() + header.blank()) {
            return unreadable(
                    row,
                    "the row has "
                            + cells.size()
                            + " cells, the first line "
                            + (fields.size() + header.blank()));
        }
        ObjectNode values = Json.object();
        Set<String> quoted = new HashSet<>();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            if (cell.text().indexOf(REPLACEMENT) >= 0) {
                return unreadable(row, wrongEncoding("row"));
            }
            if (i < fields.size()) {
                take(fields.get(i), cell, values, quoted);
            } else if (!cell.text().isEmpty()) {
                return unreadable(row, "column " + (i + 1) + " has no name on the first line");
            }
        }
        return new InputRow.Readable(row.line() + linesBefore, values, quoted);
    }

    private void take(String field, Cell cell, ObjectNode values, Set<String> quoted) {
        if (!cell.quoted() && nulls.contains(cell.text())) {
            values.putNull(field);
        } else if (cell.quoted() || !cell.text().isEmpty()) {
            values.put(field, cell.text());
            if (cell.quoted() && !needsQuotes(cell.text(), delimiter)) {
                quoted.add(field);
            }
        }
    }

    /// Whether a value of a cell can't be told without quotes.
    static boolean needsQuotes(String text, char delimiter) {
        return text.isEmpty()
                || text.startsWith(" ")
                || text.chars().anyMatch(c -> c == delimiter || c == '"' || c == '\n' || c == '\r');
    }

    private InputRow unreadable(CsvRow row, String reason) {
        String text = row.text(delimiter);
        return new InputRow.Unreadable(
                row.line() + linesBefore,
                text.substring(0, Math.min(text.length(), SHOWN)),
                new RialtoException(ErrorCode.MALFORMED_REQUEST, reason));
    }

    private static String wrongEncoding(String place) {
        return "the "
                + place
                + " is not in the file's encoding, UTF-8 by default; specify it with --encoding,"
                + " such as windows-1252";
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
        rows.close();
        in.close();
    }
}
