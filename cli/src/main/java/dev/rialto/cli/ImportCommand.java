package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import dev.rialto.transfer.CsvOptions;
import dev.rialto.transfer.FileFormat;
import dev.rialto.transfer.ImportReport;
import dev.rialto.transfer.ImportRequest;
import dev.rialto.transfer.OnConflict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Brings the rows of a file into a class.
@Command(
        name = "import",
        description = {
            "Imports the rows of a JSON, JSON lines or CSV file into a class, or with --from the"
                    + " whole database of a Parse Server.",
            "An interrupted import resumes where it stopped when the same command is run again."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all rows were imported",
            "1:some rows were rejected, or the import failed",
            "2:wrong command line"
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The file.")
    private @Nullable Path given;

    @Option(
            names = "--format",
            paramLabel = "json|jsonl|csv",
            description = "The file's format (default: from its extension).")
    private @Nullable FormatName form;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = {
                "The fields and their types, in the form of Parse's schema API.",
                "Without it, types are inferred from all rows."
            })
    private @Nullable Path schema;

    @Option(
            names = "--on-conflict",
            paramLabel = "reject|skip|replace|overwrite",
            description = {
                "What happens to a row whose objectId already exists (default: reject; with --from:"
                        + " skip).",
                "replace updates the row's fields; overwrite also removes all others, except the"
                        + " ACL and what the system keeps."
            })
    private @Nullable OnConflict onConflict;

    @Option(
            names = "--rejected",
            paramLabel = "FILE",
            description =
                    "Where rejected rows are reported, each with its line and the reason"
                            + " (default: FILE.rejected.jsonl; with --from a folder:"
                            + " rialto-import-rejected).")
    private @Nullable Path rejected;

    @Option(
            names = "--again",
            description = "Imports a file again that was imported before, from its beginning.")
    private boolean again;

    @Mixin private ParseOptions parse = new ParseOptions();

    @Mixin private DialectOptions dialect = new DialectOptions();

    @Mixin private TransferOptions options = new TransferOptions();

    @Override
    public Integer call() {
        if (parse.isGiven()) {
            requireNothingOfFiles();
            return parse.run(options, onConflict, rejected, again);
        }
        parse.requireNoFiles(options);
        return importFile(file());
    }

    private Path file() {
        if (given == null) {
            throw options.wrong("Missing required parameter: 'FILE', or --from");
        }
        return given;
    }

    private void requireNothingOfFiles() {
        boolean any =
                given != null
                        || form != null
                        || schema != null
                        || options.hasClassName()
                        || !dialect.csv().equals(CsvOptions.NONE);
        if (any) {
            throw options.wrong(
                    "--from imports a whole database: a FILE and the options --class, --format,"
                            + " --schema and those of CSV files don't go with it");
        }
    }

    private int importFile(Path file) {
        options.className();
        FileFormat format = FormatName.choose(form, file);
        var bar = ProgressBar.onError(Console.errorOf(spec));
        Instant begun = Instant.now();
        ImportReport report =
                options.with(transfers -> {
                    try {
                        ImportRequest request =
                                ImportRequest.of(
                                        transfers.app(options.app()),
                                        options.className(),
                                        file,
                                        format);
                        return transfers.importer().run(with(request), bar);
                    } finally {
                        bar.finish();
                    }
                });
        print(file, report, Duration.between(begun, Instant.now()));
        return report.rejected() == 0 ? 0 : 1;
    }

    private ImportRequest with(ImportRequest standard) {
        return new ImportRequest(
                standard.app(),
                standard.className(),
                standard.file(),
                standard.format(),
                Optional.ofNullable(schema),
                onConflict == null ? standard.onConflict() : onConflict,
                rejectedFile(standard),
                csv(standard),
                again);
    }

    private Path rejectedFile(ImportRequest standard) {
        return rejected == null ? standard.rejected() : rejected;
    }

    private CsvOptions csv(ImportRequest standard) {
        CsvOptions told = dialect.csv();
        if (standard.format() != FileFormat.CSV && !told.equals(CsvOptions.NONE)) {
            throw new SetupException(
                    "--delimiter, --encoding, --decimal-comma and --null are only for CSV files");
        }
        return told;
    }

    private void print(Path file, ImportReport report, Duration took) {
        var out = Console.of(spec);
        if (report.alreadyDone()) {
            out.printf(
                    Locale.ROOT,
                    "%s was already imported into %s: %,d rows; use --again to import it again%n",
                    file,
                    options.className(),
                    report.written());
        } else {
            long rows = report.read() - report.resumedAfter();
            double seconds = Math.max(took.toMillis(), 1) / 1000.0;
            out.printf(
                    Locale.ROOT,
                    "%,d rows in %.1f s (%,.0f per second): %,d written to %s%n",
                    rows,
                    seconds,
                    rows / seconds,
                    report.written(),
                    options.className());
            if (report.resumedAfter() > 0) {
                out.printf(
                        Locale.ROOT,
                        "resumed after %,d rows of an earlier run%n",
                        report.resumedAfter());
            }
        }
        if (report.skipped() > 0) {
            out.printf(Locale.ROOT, "%,d rows skipped%n", report.skipped());
        }
        if (report.rejected() > 0) {
            Path list =
                    rejected == null
                            ? file.resolveSibling(file.getFileName() + ".rejected.jsonl")
                            : rejected;
            out.printf(Locale.ROOT, "%,d rows rejected: see %s%n", report.rejected(), list);
        }
        out.flush();
    }
}
