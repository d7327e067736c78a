package dev.rialto.cli;

import dev.rialto.server.BackupDesk;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Tries whether the last backup can be restored.
@Command(
        name = "verify",
        description = {
            "Restores the last backup into a temporary folder, starts PostgreSQL there, and checks"
                    + " every table and index.",
            "The exit code is 1 when something is wrong."
        },
        mixinStandardHelpOptions = true)
final class BackupVerifyCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "TARGET",
            description = "Where the backups are (default: the setting backup.target).")
    private @Nullable String target;

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "The private key that decrypts the backups.")
    private @Nullable Path identity;

    @Option(
            names = "--in",
            paramLabel = "DIR",
            description =
                    "Where the temporary folder is made (default: the system's). It needs as much"
                            + " room as the data.")
    private @Nullable Path in;

    @Mixin private PassphraseOption passphrase = new PassphraseOption();

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public Integer call() {
        var desk = new BackupDesk(storage.settings(passphrase.flags()));
        var verified =
                desk.verify(
                        Optional.ofNullable(target),
                        Optional.ofNullable(identity),
                        Optional.ofNullable(in));
        return VerificationPrinter.print(verified, Console.of(spec));
    }
}
