package dev.rialto.transfer;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Finds what stands between the cells of a CSV file: the one character that splits the first line,
/// and most of the next ones into as many cells. When two do that equally well, or none does though
/// the line does not look like one name, nothing is guessed.
final class CsvDelimiter {
    private static final List<Character> CANDIDATES = List.of(',', ';', '\t', '|');
    private static final String UNUSUAL = ":^~";
    private static final int MAX_ROWS = 200;
    private static final double SOME = 0.6;
    private static final double NEARLY_ALL = 0.9;

    /// @param share of the rows that have as many cells as the first line
    private record Split(char delimiter, List<CsvRow> rows, int width, double share) {}

    private final String sample;
    private final boolean complete;

    /// @param sample the beginning of the file
    /// @param complete whether that is all of it
    CsvDelimiter(String sample, boolean complete) {
        this.sample = sample;
        this.complete = complete;
    }

    /// @throws RialtoException when the sample leaves it open
    char find() {
        List<Split> splits =
                CANDIDATES.stream().map(this::split).filter(each -> each.width() > 1).toList();
        if (splits.size() == 1) {
            return splits.getFirst().delimiter();
        }
        if (splits.isEmpty()) {
            requireOneColumn();
            return ',';
        }
        List<Split> likely = splits.stream().filter(each -> each.share() >= SOME).toList();
        List<Split> sure = likely.stream().filter(each -> each.share() >= NEARLY_ALL).toList();
        if (sure.size() == 1) {
            return sure.getFirst().delimiter();
        }
        if (sure.isEmpty() && likely.size() == 1) {
            return likely.getFirst().delimiter();
        }
        throw unsure(
                "the cells might be separated by "
                        + splits.stream()
                                .map(each -> name(each.delimiter()))
                                .collect(Collectors.joining(" or ")));
    }

    /// Checks a delimiter that was told.
    ///
    /// @throws RialtoException when the first line has another one instead
    void require(char told) {
        if (split(told).width() > 1) {
            return;
        }
        for (char other : CANDIDATES) {
            if (other != told && split(other).width() > 1) {
                throw new RialtoException(
                        ErrorCode.MALFORMED_REQUEST,
                        "the first line has no "
                                + name(told)
                                + " between its cells, but a "
                                + name(other)
                                + "; see --delimiter");
            }
        }
    }

    private void requireOneColumn() {
        List<CsvRow> rows = rows(',');
        if (rows.isEmpty()) {
            return;
        }
        String heading = rows.getFirst().cells().getFirst().text();
        if (heading.chars().anyMatch(CsvDelimiter::separates)) {
            throw unsure("the first line would be one column, " + shown(heading));
        }
        List<CsvRow> others = rows.subList(1, rows.size());
        int words = words(heading);
        if (words > 2
                && !others.isEmpty()
                && others.stream().filter(row -> words(row.text(',')) == words).count()
                        >= NEARLY_ALL * others.size()) {
            throw unsure("the first line would be one column, " + shown(heading));
        }
        for (char candidate : CANDIDATES.subList(1, CANDIDATES.size())) {
            List<CsvRow> cut = split(candidate).rows();
            long several = cut.stream().skip(1).filter(row -> row.cells().size() > 1).count();
            if (several > 0 && several >= SOME * (cut.size() - 1)) {
                throw unsure(
                        "the first line is one column, while the next lines have a "
                                + name(candidate)
                                + " between cells");
            }
        }
    }

    private static boolean separates(int each) {
        return CANDIDATES.contains((char) each)
                || UNUSUAL.indexOf(each) >= 0
                || Character.isISOControl(each);
    }

    private static int words(String text) {
        return text.strip().split("\\s+", -1).length;
    }

    private Split split(char delimiter) {
        List<CsvRow> rows = rows(delimiter);
        if (rows.isEmpty()) {
            return new Split(delimiter, rows, 0, 0);
        }
        int width = rows.getFirst().cells().size();
        long same = rows.stream().skip(1).filter(row -> row.cells().size() == width).count();
        double share = rows.size() == 1 ? 1 : (double) same / (rows.size() - 1);
        return new Split(delimiter, rows, width, share);
    }

    private List<CsvRow> rows(char delimiter) {
        List<CsvRow> rows = new ArrayList<>();
        boolean ended = true;
        try (CloseableIterator<CsvRow> all =
                CsvRow.reader(new StringReader(sample), delimiter).iterator()) {
            while (rows.size() < MAX_ROWS && all.hasNext()) {
                rows.add(all.next());
            }
            ended = !all.hasNext();
        } catch (CsvParseException _) {
            // What follows an open quote is not told apart; the reader of the file reports it.
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        // The last row of a cut sample is cut itself.
        return complete || !ended || rows.size() < 2 ? rows : rows.subList(0, rows.size() - 1);
    }

    private static RialtoException unsure(String reason) {
        return new RialtoException(
                ErrorCode.MALFORMED_REQUEST,
                "can't tell what separates the cells: "
                        + reason
                        + "; specify it with --delimiter, such as --delimiter ';' or --delimiter"
                        + " tab");
    }

    private static String shown(String heading) {
        String text = heading.length() <= 80 ? heading : heading.substring(0, 80) + "...";
        return "\"" + text.replaceAll("\\p{Cntrl}", "?") + "\"";
    }

    private static String name(char delimiter) {
        return switch (delimiter) {
            case ',' -> "comma";
            case ';' -> "semicolon";
            case '\t' -> "tab";
            case '|' -> "vertical bar";
            default -> "'" + delimiter + "'";
        };
    }
}
