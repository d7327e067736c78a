package dev.rialto.cli;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.Transfers;
import dev.rialto.transfer.ExportForm;
import dev.rialto.transfer.FileFormat;
import dev.rialto.transfer.TransferProgress;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Writes the objects of a class to a file.
@Command(
        name = "export",
        description =
                "Writes the objects of a class as JSON lines, JSON or CSV, which import takes"
                        + " back.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Runnable {
    private static final int BUFFER = 1 << 16;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "The file to write (default: standard output).")
    private @Nullable Path out;

    @Option(
            names = "--format",
            paramLabel = "json|jsonl|csv",
            description =
                    "The format (default: from the file's extension; jsonl for standard output).")
    private @Nullable FormatName form;

    @Option(
            names = "--delimiter",
            paramLabel = "CHAR",
            converter = DelimiterConverter.class,
            description =
                    "CSV: what separates the cells: a character, or comma, semicolon, tab, pipe or"
                            + " space (default: comma; tab for a .tsv file).")
    private @Nullable Character delimiter;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "Also writes the fields and their types, for import --schema.")
    private @Nullable Path schema;

    @Option(
            names = "--hidden",
            description =
                    "Also writes columns that clients never see, such as password hashes. Keep"
                            + " the file safe.")
    private boolean hidden;

    @Mixin private TransferOptions options = new TransferOptions();

    @Override
    public void run() {
        options.className();
        ExportForm chosen = chosen();
        options.with(transfers -> {
            writeSchema(transfers);
            if (out == null) {
                // Not closed: standard output is not this command's own.
                var stream =
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER);
                export(transfers, chosen, stream, TransferProgress.SILENT);
                stream.flush();
            } else {
                writeFile(transfers, chosen, out);
            }
            return true;
        });
    }

    private void writeSchema(Transfers transfers) throws IOException {
        if (schema != null) {
            Files.writeString(
                    schema,
                    Json.write(
                                    transfers
                                            .exporter()
                                            .schema(
                                                    transfers.app(options.app()),
                                                    options.className()))
                            + "\n");
        }
    }

    /// The file appears when it is complete.
    private void writeFile(Transfers transfers, ExportForm chosen, Path target) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        var bar = ProgressBar.onError(Console.errorOf(spec));
        long rows;
        try (var stream = new BufferedOutputStream(Files.newOutputStream(part), BUFFER)) {
            rows = export(transfers, chosen, stream, bar);
        } finally {
            bar.finish();
        }
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        Console.of(spec).printf(Locale.ROOT, "%,d objects written to %s%n", rows, target);
        Console.of(spec).flush();
    }

    private long export(
            Transfers transfers,
            ExportForm chosen,
            OutputStream stream,
            TransferProgress progress) {
        return transfers
                .exporter()
                .run(transfers.app(options.app()), options.className(), chosen, stream, progress);
    }

    private ExportForm chosen() {
        FileFormat format;
        if (out == null) {
            format = form == null ? FileFormat.JSON_LINES : form.format();
        } else {
            format = FormatName.choose(form, out);
        }
        if (delimiter != null) {
            if (format != FileFormat.CSV) {
                throw new SetupException("--delimiter is only for CSV files");
            }
            return new ExportForm(format, hidden, delimiter);
        }
        boolean tabbed = out != null && FileFormat.isTabbed(out);
        return new ExportForm(format, hidden, tabbed ? '\t' : ',');
    }
}
