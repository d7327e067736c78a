package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Sends some calls of a micro app to a revision.
@Command(
        name = "split",
        description = {
            "Routes some calls of a micro app to a revision; the others go to the live one.",
            "Calls of one device or user reach the same revision. 0 percent withdraws the revision."
        },
        mixinStandardHelpOptions = true)
final class SplitCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "REVISION", description = "The revision.")
    private int revision;

    @Parameters(
            index = "2",
            paramLabel = "PERCENT",
            description = "Percentage of calls that it gets.")
    private int percent;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        if (spec != null && (percent < 0 || percent > 100)) {
            throw new ParameterException(
                    spec.commandLine(), "PERCENT must be 0 to 100, not " + percent);
        }
        var body = Json.object().put("revision", revision).put("percent", percent);
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            new MicroAppPrinter(Console.of(spec))
                    .printTraffic(
                            server.ask(
                                    Message.json(
                                            "POST", MicroAppCommand.path(name, "/split"), body)));
        }
    }
}
