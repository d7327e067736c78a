package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// Sends all calls of a micro app to a revision.
@Command(
        name = "publish",
        description = "Routes all calls of a micro app to a revision.",
        mixinStandardHelpOptions = true)
final class PublishCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "REVISION",
            description =
                    "The revision (default: the one that gets a share of the calls, or the"
                            + " newest).")
    private @Nullable Integer revision;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        ObjectNode body = Json.object();
        if (revision != null) {
            body.put("revision", revision);
        }
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            new MicroAppPrinter(Console.of(spec))
                    .printTraffic(
                            server.ask(
                                    Message.json(
                                            "POST", MicroAppCommand.path(name, "/publish"), body)));
        }
    }
}
