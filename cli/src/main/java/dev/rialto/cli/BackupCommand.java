package dev.rialto.cli;

import dev.rialto.backup.BackupReport;
import dev.rialto.server.BackupDesk;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Backs the data folder up.
@Command(
        name = "backup",
        description = {
            "Backs up the database, files and functions, next to a running server or without one.",
            "Where the target has a backup already, only what was written since is added."
        },
        subcommands = {BackupListCommand.class, BackupVerifyCommand.class, BackupKeyCommand.class},
        mixinStandardHelpOptions = true)
final class BackupCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "TARGET",
            description = "A folder, on another disk (default: the setting backup.target).")
    private @Nullable String target;

    @Option(names = "--full", description = "Copies everything, even what the target has.")
    private boolean full;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description =
                    "Afterwards removes all but the N youngest full backups and their"
                            + " increments (default: the setting backup.keep for its target, else"
                            + " all).")
    private @Nullable Integer keep;

    @Option(
            names = "--include-secrets",
            description =
                    "Includes secret.key and the keys of commands; the backup must be encrypted.")
    private boolean secrets;

    @Mixin private PassphraseOption passphrase = new PassphraseOption();

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public void run() {
        Map<String, String> flags = new HashMap<>(passphrase.flags());
        if (secrets) {
            flags.put("backup.include-secrets", "true");
        }
        var desk = new BackupDesk(storage.settings(flags));
        BackupReport report = desk.backUp(Optional.ofNullable(target), full);
        Optional<Integer> kept =
                Optional.ofNullable(keep).or(() -> desk.keep(Optional.ofNullable(target)));
        Console.of(spec)
                .printf(
                        "%s backup %s: %s in %s, up to %s; %s files, %s of them new%n",
                        report.kind().name().toLowerCase(Locale.ROOT),
                        report.id(),
                        ReadableUnits.bytes((double) report.stored()),
                        ReadableUnits.micros(report.took().toNanos() / 1e3),
                        report.ended(),
                        ReadableUnits.count(report.files().all()),
                        ReadableUnits.count(report.files().stored()));
        kept.ifPresent(number -> {
            int removed = desk.removeOld(Optional.ofNullable(target), number);
            if (removed > 0) {
                Console.of(spec).println("removed " + removed + " old backups");
            }
        });
        Console.of(spec).flush();
    }
}
