package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.cli.TextTable.Column;
import dev.rialto.kernel.Json;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Shows mail and SMS to users.
@Command(
        name = "messages",
        description = {
            "Shows the newest mail and SMS of an app, and what became of them.",
            "As long as no provider is configured, they are kept here and not delivered."
        },
        mixinStandardHelpOptions = true)
final class MessagesCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @ArgGroup private @Nullable Wanted wanted;

    @Option(names = "--json", description = "Prints the server's response as JSON.")
    private boolean json;

    @Mixin private ServerOptions options = new ServerOptions();

    /// One of these instead of the list.
    static final class Wanted {
        @Option(names = "--show", paramLabel = "ID", description = "Shows a message with its text.")
        private String show = "";

        @Option(
                names = "--retry",
                paramLabel = "ID",
                description = "Tries a message again that was given up.")
        private String retry = "";

        @Option(
                names = "--test",
                paramLabel = "ADDRESS",
                description = {
                    "Sends a code as mail, or as SMS to a phone number such as +4915112345678;",
                    "at most 20 an hour."
                })
        private String test = "";

        @Option(
                names = "--dkim",
                description = "Shows the DNS record by which receivers verify mail.")
        private boolean dkim;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                description = {
                    "Lists only waiting, sent, kept, failed, suppressed, bounced or complained",
                    "ones."
                })
        private String state = "";
    }

    @Override
    public void run() {
        PrintWriter out = Console.of(spec);
        Wanted asked = wanted == null ? new Wanted() : wanted;
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            JsonNode answer = server.ask(request(asked));
            if (json) {
                out.println(
                        Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            } else if (answer.has("results")) {
                list(answer.path("results"), asked.state, out);
            } else if (asked.dkim) {
                out.println(TerminalText.clean(answer.path("name").asString("") + ". TXT"));
                out.println(TerminalText.clean(answer.path("value").asString("")));
            } else {
                show(answer, out);
            }
            out.flush();
        }
    }

    private static Message request(Wanted wanted) {
        if (!wanted.show.isEmpty()) {
            return Message.get("/messages/" + RemoteServer.segment(wanted.show));
        }
        if (!wanted.retry.isEmpty()) {
            String path = "/messages/" + RemoteServer.segment(wanted.retry) + "/retry";
            return Message.json("POST", path, Json.object());
        }
        if (!wanted.test.isEmpty()) {
            ObjectNode body = Json.object().put("to", wanted.test);
            return Message.json("POST", "/messages/test", body);
        }
        if (wanted.dkim) {
            return Message.get("/messages/dkim");
        }
        return Message.get(
                wanted.state.isEmpty()
                        ? "/messages"
                        : "/messages?state=" + RemoteServer.segment(wanted.state));
    }

    private static void list(JsonNode messages, String state, PrintWriter out) {
        if (messages.isEmpty()) {
            out.println(
                    state.isEmpty()
                            ? "no messages yet; send one with "
                                    + CommandName.with("messages --test ADDRESS")
                            : "no " + state + " messages");
            return;
        }
        var table =
                new TextTable(
                        Column.left("MESSAGE"),
                        Column.left("CREATED"),
                        Column.left("BY"),
                        Column.left("TO"),
                        Column.left("TEMPLATE"),
                        Column.left("STATE"));
        for (JsonNode each : messages) {
            table.row(
                    each.path("id").asString(""),
                    each.path("createdAt").asString(""),
                    each.path("channel").asString(""),
                    each.path("to").asString(""),
                    each.path("template").asString(""),
                    state(each));
        }
        table.lines().forEach(out::println);
    }

    private static String state(JsonNode message) {
        String state = message.path("state").asString("");
        String provider = message.path("provider").asString("");
        String error = message.path("error").asString("");
        return state
                + (state.equals("sent") ? " (" + provider + ")" : "")
                + (error.isEmpty() || state.equals("sent") ? "" : ": " + error);
    }

    private static void show(JsonNode message, PrintWriter out) {
        out.println("to       " + TerminalText.clean(message.path("to").asString("")));
        out.println("template " + TerminalText.clean(message.path("template").asString("")));
        String subject = message.path("subject").asString("");
        if (!subject.isEmpty()) {
            out.println("subject  " + TerminalText.clean(subject));
        }
        out.println("state    " + TerminalText.clean(state(message)));
        String text = message.path("text").asString("");
        if (!text.isEmpty()) {
            out.println();
            text.lines().map(TerminalText::clean).forEach(out::println);
        }
    }
}
