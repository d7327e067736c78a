package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs a micro app in another runtime.
@Command(
        name = "move",
        description = {
            "Moves a micro app to another runtime without losing a call: it is loaded there before"
                    + " calls go there, and calls that are running end where they began.",
            "Later revisions run there, too."
        },
        mixinStandardHelpOptions = true)
final class MicroAppMoveCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Option(
            names = "--runtime",
            required = true,
            paramLabel = "RUNTIME",
            description =
                    "isolated: in processes of its own. hosted: in the process of all micro apps of"
                            + " the app. shared: where the operator runs code that asks for nothing"
                            + " else.")
    private String runtime = "";

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            new MicroAppPrinter(Console.of(spec))
                    .printTraffic(
                            server.ask(
                                    Message.json(
                                            "PUT",
                                            MicroAppCommand.path(name, "/runtime"),
                                            Json.object().put("runtime", runtime))));
        }
    }
}
