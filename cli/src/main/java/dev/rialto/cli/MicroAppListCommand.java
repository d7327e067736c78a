package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Json;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Lists the micro apps.
@Command(
        name = "list",
        description = "Lists the micro apps with the revisions that receive calls.",
        mixinStandardHelpOptions = true)
final class MicroAppListCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Prints the server's response as JSON.")
    private boolean json;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            JsonNode answer = server.ask(Message.get("/micro-apps"));
            PrintWriter out = Console.of(spec);
            if (json) {
                out.println(
                        Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            } else if (answer.path("results").isEmpty()) {
                out.println(
                        "no micro apps yet; deploy one with " + CommandName.with("deploy FOLDER"));
            } else {
                new MicroAppPrinter(out).printAll(answer.path("results"));
            }
            out.flush();
        }
    }
}
