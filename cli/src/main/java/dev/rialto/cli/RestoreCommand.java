package dev.rialto.cli;

import dev.rialto.backup.Restore;
import dev.rialto.backup.Verification;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.BackupDesk;
import dev.rialto.server.ServerSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a data folder of backups.
@Command(
        name = "restore",
        description = {
            "Makes a data folder of the backups in SOURCE: the last state, or that of a moment.",
            "Give the folder with --data; it must be empty or not exist."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "SOURCE",
            description = "Where the backups are (default: the setting backup.target).")
    private @Nullable String source;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description =
                    "The moment whose state is wanted: 2026-11-28T13:00:00Z or with an offset,"
                            + " 2026-11-28T14:00:00+01:00.")
    private @Nullable String time;

    @Option(
            names = "--backup",
            paramLabel = "ID",
            description = "The backup whose state is wanted; ./rialto backup list shows them.")
    private @Nullable String id;

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "The private key that decrypts the backups.")
    private @Nullable Path identity;

    @Option(
            names = "--replace",
            description =
                    "Moves a data folder that is there aside first; its server must be stopped.")
    private boolean replace;

    @Option(names = "--verify", description = "Checks every table and index afterwards.")
    private boolean verify;

    @Mixin private PassphraseOption passphrase = new PassphraseOption();

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public Integer call() {
        PrintWriter out = Console.of(spec);
        ServerSettings settings = storage.settings(passphrase.flags());
        Restore.Report report =
                new BackupDesk(settings)
                        .restore(
                                Optional.ofNullable(source),
                                wanted(),
                                Optional.ofNullable(identity),
                                replace);
        print(report, settings.data(), out);
        return verify ? VerificationPrinter.print(Verification.of(settings.data()), out) : 0;
    }

    private static void print(Restore.Report report, Path data, PrintWriter out) {
        report.replaced().ifPresent(old -> out.println("moved what was there to " + old));
        out.printf(
                "restored %s: the state of %s from %d backups, %s read in %s, %s files%n",
                data,
                report.until(),
                report.backups().size(),
                ReadableUnits.bytes((double) report.read()),
                ReadableUnits.micros(report.took().toNanos() / 1e3),
                ReadableUnits.count(report.files()));
        if (!report.secrets()) {
            out.println(
                    "the backup has no secrets: copy secret.key of the old data folder into this"
                            + " one, or give server.secret-key; without it webhook keys must be set"
                            + " again");
        }
        out.flush();
    }

    private Restore.Wanted wanted() {
        if (time != null && id != null) {
            throw new SetupException("give either --to or --backup");
        }
        return new Restore.Wanted(
                Optional.ofNullable(time).map(RestoreCommand::parsed), Optional.ofNullable(id));
    }

    private static Instant parsed(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException wrong) {
            throw new SetupException(
                    "--to must be a time such as 2026-11-28T13:00:00Z: " + text, wrong);
        }
    }
}
