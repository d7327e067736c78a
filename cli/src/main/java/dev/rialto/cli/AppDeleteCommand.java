package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Deletes an app.
@Command(
        name = "delete",
        description =
                "Deletes an app with all its objects, users, files and keys. This can't be undone.",
        mixinStandardHelpOptions = true)
final class AppDeleteCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The app.")
    private String id = "";

    @Option(names = "--yes", description = "Don't ask.")
    private boolean yes;

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public void run() {
        AppCommand.withStorage(
                storage,
                opened -> {
                    opened.apps().keys(id);
                    if (!yes
                            && !Console.isConfirmed(
                                    spec,
                                    "type the id of the app to delete it with all its data: ",
                                    id)) {
                        throw new SetupException("nothing was deleted");
                    }
                    opened.deleteApp(id);
                    Console.of(spec).println("deleted " + id);
                });
    }
}
