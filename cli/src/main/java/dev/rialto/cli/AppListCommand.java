package dev.rialto.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Lists the apps.
@Command(
        name = "list",
        description = "Prints each app's id and the PostgreSQL schema that holds its tables.",
        mixinStandardHelpOptions = true)
final class AppListCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public void run() {
        AppCommand.withApps(
                storage,
                apps ->
                        apps.list()
                                .forEach(app ->
                                        Console.of(spec).println(app.id() + "\t" + app.schema())));
    }
}
