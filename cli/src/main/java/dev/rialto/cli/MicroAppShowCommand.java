package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.cli.TextTable.Column;
import dev.rialto.kernel.Json;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Shows one micro app.
@Command(
        name = "show",
        description = "Shows a micro app: what it exposes, its revisions, its configuration keys.",
        mixinStandardHelpOptions = true)
final class MicroAppShowCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Option(names = "--json", description = "Prints the server's response as JSON.")
    private boolean json;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            JsonNode microApp = server.ask(Message.get(MicroAppCommand.path(name, "")));
            PrintWriter out = Console.of(spec);
            if (json) {
                out.println(
                        Json.mapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(microApp));
            } else {
                print(microApp, out);
            }
            out.flush();
        }
    }

    private static void print(JsonNode microApp, PrintWriter out) {
        JsonNode descriptor = microApp.path("descriptor");
        new MicroAppPrinter(out).printTraffic(microApp);
        String description = descriptor.path("description").asString("");
        if (!description.isEmpty()) {
            out.println(TerminalText.clean(description));
        }
        out.println("config: " + MicroAppPrinter.keys(microApp));
        out.println();
        InterfacePrinter.print(descriptor, out);
        out.println();
        var table =
                new TextTable(
                        Column.right("REVISION"),
                        Column.left("VERSION"),
                        Column.left("DEPLOYED"),
                        Column.left(""));
        ZoneId zone = LocalZone.find();
        for (JsonNode each : microApp.path("revisions")) {
            table.row(
                    String.valueOf(each.path("number").asInt(0)),
                    each.path("version").asString(""),
                    time(each.path("createdAt").asString(""), zone),
                    roles(microApp, each.path("number").asInt(0)));
        }
        table.lines().forEach(out::println);
    }

    private static String time(String iso, ZoneId zone) {
        try {
            return TIME.format(Instant.parse(iso).atZone(zone));
        } catch (DateTimeParseException _) {
            return iso;
        }
    }

    private static String roles(JsonNode microApp, int number) {
        List<String> roles = new ArrayList<>();
        if (microApp.path("live").asInt(0) == number) {
            roles.add("live");
        }
        if (microApp.path("candidate").asInt(0) == number) {
            roles.add("gets " + microApp.path("percent").asInt(0) + " %");
        }
        if (microApp.path("previous").asInt(0) == number) {
            roles.add("was live before");
        }
        return String.join(", ", roles);
    }
}
