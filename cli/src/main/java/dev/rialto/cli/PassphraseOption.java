package dev.rialto.cli;

import dev.rialto.backup.BackupProtection;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The passphrase of backups, in a file: other users of the machine can see command lines.
final class PassphraseOption {
    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description =
                    "A file with the passphrase that encrypts the backups and opens them (default:"
                            + " the setting backup.passphrase-file, or RIALTO_BACKUP_PASSPHRASE).")
    private @Nullable Path file;

    /// As settings.
    Map<String, String> flags() {
        return file == null
                ? Map.of()
                : Map.of(
                        BackupProtection.PASSPHRASE_FILE,
                        file.toString(),
                        // What the environment has goes behind.
                        BackupProtection.PASSPHRASE,
                        "");
    }
}
