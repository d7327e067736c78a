package dev.rialto.cli;

import dev.rialto.apps.AppKeyKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes an app.
@Command(
        name = "create",
        description =
                "Creates an app and prints its keys. A master key is generated if none is given.",
        mixinStandardHelpOptions = true)
final class AppCreateCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The app's id, which clients send.")
    private String id = "";

    @Option(
            names = "--generate",
            paramLabel = "KIND",
            split = ",",
            description =
                    "Also generates keys of these kinds: read-only-master, maintenance, webhook,"
                            + " javascript, rest, client, dotnet.")
    private List<String> generate = List.of();

    @Mixin private KeyOptions keys = new KeyOptions();

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public void run() {
        Set<AppKeyKind> kinds = EnumSet.noneOf(AppKeyKind.class);
        generate.forEach(label -> kinds.add(AppKeyKind.of(label)));
        AppCommand.withApps(
                storage,
                apps ->
                        KeyPrinter.print(
                                id, apps.create(id, keys.given(), kinds), Console.of(spec)));
    }
}
