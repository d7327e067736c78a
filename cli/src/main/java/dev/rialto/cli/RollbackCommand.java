package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Goes back to the revision that was live before.
@Command(
        name = "rollback",
        description = {
            "Routes all calls of a micro app to the revision that was live before.",
            "Nothing is recompiled. A second rollback undoes the first."
        },
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            new MicroAppPrinter(Console.of(spec))
                    .printTraffic(
                            server.ask(
                                    Message.json(
                                            "POST",
                                            MicroAppCommand.path(name, "/rollback"),
                                            Json.object())));
        }
    }
}
