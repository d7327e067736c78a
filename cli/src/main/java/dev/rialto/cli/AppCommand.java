package dev.rialto.cli;

import dev.rialto.apps.AppStore;
import dev.rialto.server.Storage;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/// Groups the commands on apps.
@Command(
        name = "app",
        description = "Creates, lists and deletes apps, and changes their keys.",
        subcommands = {
            AppCreateCommand.class,
            AppListCommand.class,
            AppKeysCommand.class,
            AppDeleteCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class AppCommand {
    private AppCommand() {}

    /// Runs work on the apps of a storage; servers that run on it hear of changes.
    static void withApps(StorageOptions options, Consumer<AppStore> work) {
        withStorage(options, storage -> work.accept(storage.apps()));
    }

    static void withStorage(StorageOptions options, Consumer<Storage> work) {
        try (Storage storage = Storage.share(options.settings(Map.of()))) {
            work.accept(storage);
        }
    }
}
