package dev.rialto.cli;

import dev.rialto.server.FilesMove;
import dev.rialto.server.ServerSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Moves files from their folder into the database.
@Command(
        name = "move",
        description = {
            "Moves files from their folder into the database, while no server runs on it.",
            "Servers then need files.storage = database. The folder stays unchanged. A move that was"
                    + " interrupted can be repeated."
        },
        mixinStandardHelpOptions = true)
final class FilesMoveCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public void run() {
        ServerSettings settings = storage.settings(Map.of());
        var report = FilesMove.intoDatabase(settings);
        Console.of(spec)
                .println(
                        "moved "
                                + ReadableUnits.count(report.files())
                                + " files, "
                                + ReadableUnits.bytes((double) report.bytes())
                                + ", into the database; set files.storage to database. The folder "
                                + settings.files().folder()
                                + " is not used any more.");
    }
}
