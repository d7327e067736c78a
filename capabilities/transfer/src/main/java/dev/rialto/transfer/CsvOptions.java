package dev.rialto.transfer;

import java.nio.charset.Charset;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What is told about the dialect of a CSV file; the rest is found out.
///
/// @param delimiter what stands between the cells
/// @param encoding of a file without a byte order mark; without it, UTF-8
/// @param decimalComma whether numbers are written as 1.234,5
/// @param nulls cells without quotes that mean null, beside `\N`
public record CsvOptions(
        Optional<Character> delimiter,
        Optional<Charset> encoding,
        boolean decimalComma,
        Set<String> nulls) {
    /// Everything is found out.
    public static final CsvOptions NONE =
            new CsvOptions(Optional.empty(), Optional.empty(), false, Set.of());

    /// The options in one line, the same for the same options.
    String text() {
        return delimiter.map(String::valueOf).orElse("")
                + "/"
                + encoding.map(Charset::name).orElse("")
                + "/"
                + decimalComma
                + "/"
                + new TreeSet<>(nulls);
    }
}
