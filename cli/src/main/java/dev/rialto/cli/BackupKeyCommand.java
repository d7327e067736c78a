package dev.rialto.cli;

import dev.rialto.backup.Encryption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a key for encrypted backups.
@Command(
        name = "key",
        description = {
            "Writes a new private key to FILE and prints the public key for backup.recipients.",
            "Keep the file away from the server and from the backups: they can't be read without"
                    + " it."
        },
        mixinStandardHelpOptions = true)
final class BackupKeyCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The file to write; it must not exist.")
    private Path file = Path.of("");

    @Override
    public void run() {
        Console.of(spec).println(Encryption.newKey(file));
        Console.of(spec).flush();
    }
}
