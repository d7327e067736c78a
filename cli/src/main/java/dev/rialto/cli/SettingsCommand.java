package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.cli.TextTable.Column;
import dev.rialto.kernel.Json;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sets what an app's owner may set for it.
@Command(
        name = "settings",
        description = {
            "Sets settings of an app, or lists those that it may have.",
            "They take effect at once. A setting that the app does not have is the server's."
        },
        mixinStandardHelpOptions = true)
final class SettingsCommand implements Runnable {
    private static final String PATH = "/settings";

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description = {
                "KEY= gives the setting back to the server. KEY=@FILE reads the value from a file"
                        + " and KEY=@- from standard input, so that a secret isn't in the shell's"
                        + " history. KEY=@@VALUE is a value that begins with @."
            })
    private List<String> pairs = List.of();

    @Option(names = "--json", description = "Prints the server's response as JSON.")
    private boolean json;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        ObjectNode values = Json.object();
        pairs.forEach(each -> MicroAppConfigCommand.put(values, each, System.in));
        PrintWriter out = Console.of(spec);
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            JsonNode answer =
                    server.ask(
                            values.isEmpty()
                                    ? Message.get(PATH)
                                    : Message.json(
                                            "PUT", PATH, Json.object().set("settings", values)));
            if (json) {
                out.println(
                        Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            } else {
                list(answer.path("settings"), values, out);
            }
            out.flush();
        }
    }

    /// @param changed what is shown; all of them when it is empty
    private static void list(JsonNode settings, ObjectNode changed, PrintWriter out) {
        var table =
                new TextTable(Column.left("SETTING"), Column.left("VALUE"), Column.left("SET BY"));
        for (JsonNode each : settings) {
            String key = each.path("key").asString("");
            if (changed.isEmpty() || changed.has(key)) {
                table.row(
                        key,
                        each.path("value").asString(""),
                        each.path("own").asBoolean(false) ? "app" : "server");
            }
        }
        table.lines().forEach(out::println);
    }
}
