package dev.rialto.cli;

import dev.rialto.backup.Backup;
import dev.rialto.server.BackupDesk;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Lists the backups at a target.
@Command(
        name = "list",
        description = "Lists the backups at a target, the oldest first.",
        mixinStandardHelpOptions = true)
final class BackupListCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "TARGET",
            description = "Where they are (default: the setting backup.target).")
    private @Nullable String target;

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public void run() {
        var table =
                new TextTable(
                        TextTable.Column.left("BACKUP"),
                        TextTable.Column.left("KIND"),
                        TextTable.Column.left("UP TO"),
                        TextTable.Column.right("SIZE"),
                        TextTable.Column.left("RIALTO"),
                        TextTable.Column.left("ENCRYPTED"));
        var desk = new BackupDesk(storage.settings(Map.of()));
        for (Backup.Listed each : desk.list(Optional.ofNullable(target))) {
            table.row(
                    each.id(),
                    each.kind().name().toLowerCase(Locale.ROOT),
                    each.ended().toString(),
                    ReadableUnits.bytes((double) each.size()),
                    each.program(),
                    each.isEncrypted() ? "yes" : "no");
        }
        table.lines().forEach(Console.of(spec)::println);
        Console.of(spec).flush();
    }
}
