package dev.rialto.cli;

import java.util.ArrayList;
import java.util.List;

/// A table for a terminal: columns as wide as their widest cell, two blanks between them.
final class TextTable {
    private static final String GAP = "  ";

    /// To which side the cells of a column lean.
    enum Side {
        LEFT,
        RIGHT
    }

    /// A column's heading.
    record Column(String heading, Side side) {
        static Column left(String heading) {
            return new Column(heading, Side.LEFT);
        }

        static Column right(String heading) {
            return new Column(heading, Side.RIGHT);
        }
    }

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    TextTable(Column... columns) {
        this.columns = List.of(columns);
    }

    /// Adds a row with a cell for each column.
    void row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a table of " + columns.size() + " columns");
        }
        List<String> row = new ArrayList<>();
        for (String each : cells) {
            row.add(TerminalText.clean(each).replaceAll("\\s", " "));
        }
        rows.add(row);
    }

    /// The headings, unless all are empty, and the rows.
    List<String> lines() {
        List<List<String>> all = new ArrayList<>();
        List<String> headings = columns.stream().map(Column::heading).toList();
        if (!headings.stream().allMatch(String::isEmpty)) {
            all.add(headings);
        }
        all.addAll(rows);
        int[] widths = new int[columns.size()];
        for (List<String> row : all) {
            for (int at = 0; at < widths.length; at++) {
                widths[at] = Math.max(widths[at], row.get(at).length());
            }
        }
        return all.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        List<String> cells = new ArrayList<>();
        for (int at = 0; at < widths.length; at++) {
            String cell = row.get(at);
            String space = " ".repeat(widths[at] - cell.length());
            cells.add(
                    switch (columns.get(at).side()) {
                        case LEFT -> cell + space;
                        case RIGHT -> space + cell;
                    });
        }
        return String.join(GAP, cells).stripTrailing();
    }
}
