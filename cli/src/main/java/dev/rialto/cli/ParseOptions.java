package dev.rialto.cli;

import dev.rialto.files.FileImport;
import dev.rialto.server.Transfers;
import dev.rialto.transfer.ImportReport;
import dev.rialto.transfer.OnConflict;
import dev.rialto.transfer.ParseImportRequest;
import dev.rialto.transfer.ParsePlace;
import dev.rialto.transfer.ParseReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options of an import from a Parse Server, and the import itself.
final class ParseOptions {
    private static final String PASSWORD = "RIALTO_IMPORT_PASSWORD";
    private static final Path REJECTED = Path.of("rialto-import-rejected");

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            description = {
                "The database of a Parse Server: a folder of files that mongoexport wrote, one for"
                        + " each collection, or postgresql://user@host:5432/database.",
                "The password of a PostgreSQL may be in RIALTO_IMPORT_PASSWORD, where other users"
                        + " of this machine can't see it."
            })
    private @Nullable String from;

    @Option(
            names = "--files",
            paramLabel = "FOLDER",
            description = "With --from: a folder with the Parse Server's files.")
    private @Nullable Path files;

    boolean isGiven() {
        return from != null;
    }

    void requireNoFiles(TransferOptions options) {
        if (files != null) {
            throw options.wrong("--files goes with --from");
        }
    }

    /// @return the exit code
    int run(
            TransferOptions options,
            @Nullable OnConflict onConflict,
            @Nullable Path rejected,
            boolean again) {
        ParsePlace place =
                Transfers.parsePlace(
                        from == null ? "" : from, Optional.ofNullable(System.getenv(PASSWORD)));
        PrintWriter out = Console.of(spec);
        var bar = ProgressBar.onError(Console.errorOf(spec));
        return options.with(transfers -> {
            var request =
                    new ParseImportRequest(
                            transfers.app(options.app()),
                            place,
                            onConflict == null ? OnConflict.SKIP : onConflict,
                            rejected == null ? REJECTED : rejected,
                            again);
            ParseReport report;
            try {
                report = transfers.parseImport().run(request, bar, part -> print(part, bar, out));
            } finally {
                bar.finish();
            }
            report.leftOut().forEach(each -> out.println("left out: " + TerminalText.clean(each)));
            boolean allFiles = files == null || copyFiles(transfers, request, files, out);
            out.flush();
            return report.rejected() == 0 && allFiles ? 0 : 1;
        });
    }

    private static void print(ParseReport.Part part, ProgressBar bar, PrintWriter out) {
        bar.finish();
        ImportReport report = part.report();
        out.printf(
                Locale.ROOT,
                "%s: %,d read, %,d written, %,d skipped, %,d rejected%s%n",
                TerminalText.clean(part.name()),
                report.read(),
                report.written(),
                report.skipped(),
                report.rejected(),
                report.alreadyDone() ? " by an earlier import (--again repeats it)" : "");
        if (report.rejected() > 0) {
            part.rejected().ifPresent(file -> out.println("  rejected rows: " + file));
        }
        out.flush();
    }

    private static boolean copyFiles(
            Transfers transfers, ParseImportRequest request, Path folder, PrintWriter out)
            throws IOException {
        FileImport.Report report = transfers.importFiles(request.app(), folder);
        out.printf(
                Locale.ROOT,
                "files: %,d copied, %s, %,d there already%n",
                report.copied(),
                ReadableUnits.bytes((double) report.bytes()),
                report.existing());
        report.refused()
                .forEach(name ->
                        out.println("not a valid name of a file: " + TerminalText.clean(name)));
        return report.refused().isEmpty();
    }
}
