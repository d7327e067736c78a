package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Field names from the first line of a CSV file: `first name` becomes `first_name`.
///
/// @param fields one for each column
/// @param blank columns after them that have neither a name nor values
record CsvHeader(List<String> fields, int blank) {
    /// What pandas and R write without a heading: the numbers or names of the rows.
    private static final String INDEX = "index";

    /// @throws RialtoException when a column has no name, or the name of another
    static CsvHeader of(CsvRow first) {
        List<String> headings = first.cells().stream().map(cell -> cell.text().strip()).toList();
        int columns = headings.size();
        while (columns > 1 && headings.get(columns - 1).isEmpty()) {
            columns--;
        }
        List<String> fields = new ArrayList<>();
        Map<String, String> taken = new HashMap<>();
        for (String heading : headings.subList(0, columns)) {
            String name = heading.isEmpty() ? unnamed(fields, columns) : name(heading, fields);
            String former = taken.put(name, heading);
            if (former != null) {
                throw new RialtoException(
                        ErrorCode.INVALID_KEY_NAME,
                        "two columns of the first line would be the field "
                                + name
                                + ": \""
                                + former
                                + "\" and \""
                                + heading
                                + "\"; give one another name");
            }
            fields.add(name);
        }
        return new CsvHeader(List.copyOf(fields), headings.size() - columns);
    }

    private static String unnamed(List<String> before, int columns) {
        if (before.isEmpty() && columns > 1) {
            return INDEX;
        }
        throw new RialtoException(
                ErrorCode.INVALID_KEY_NAME,
                "column " + (before.size() + 1) + " has no name on the first line");
    }

    private static String name(String heading, List<String> before) {
        String name = heading.replaceAll("[^A-Za-z0-9_]+", "_");
        if (!name.startsWith("_hashed_password")) {
            name = name.replaceAll("^[^A-Za-z]+|_+$", "");
        }
        return name.isEmpty() ? "column" + (before.size() + 1) : name;
    }
}
