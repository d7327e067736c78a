package dev.rialto.cli;

import dev.rialto.transfer.CsvOptions;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that tell how a CSV file is written.
final class DialectOptions {
    @Option(
            names = "--delimiter",
            paramLabel = "CHAR",
            converter = DelimiterConverter.class,
            description =
                    "CSV: what separates the cells: a character, or comma, semicolon, tab, pipe"
                            + " or space (default: detected; needed if that is ambiguous).")
    private @Nullable Character delimiter;

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description =
                    "CSV: the file's encoding, such as windows-1252 or UTF-16LE (default: from"
                            + " its byte order mark, otherwise UTF-8).")
    private @Nullable Charset encoding;

    @Option(names = "--decimal-comma", description = "CSV: numbers have a decimal comma: 1.234,50.")
    private boolean decimalComma;

    @Option(
            names = "--null",
            paramLabel = "TEXT",
            description =
                    "CSV: an unquoted cell with this text is null; repeat the option for"
                            + " several. \\N always is, and '' makes each empty cell null.")
    private List<String> nulls = List.of();

    CsvOptions csv() {
        return new CsvOptions(
                Optional.ofNullable(delimiter),
                Optional.ofNullable(encoding),
                decimalComma,
                Set.copyOf(nulls));
    }
}
