package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.cli.RemoteServer.Outcome;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls a function as a client would.
@Command(
        name = "call",
        description = {
            "Calls a function and prints its result as JSON.",
            "Without --session or --as-master, the caller is anonymous."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:it succeeded", "1:it failed", "2:wrong command line"},
        mixinStandardHelpOptions = true)
final class CallCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "The function: its short name, or its address.")
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "JSON",
            description =
                    "Its input, a JSON object (default: {}); @FILE reads it from a file, and @-"
                            + " from standard input.")
    private String input = "{}";

    @Option(
            names = "--session",
            paramLabel = "TOKEN",
            description = "Calls as the user of this session.")
    private @Nullable String session;

    @Option(
            names = "--preview",
            paramLabel = "NAME@REVISION",
            description = "Calls this revision of a micro app instead of the live one.")
    private @Nullable String preview;

    @Option(names = "--as-master", description = "Calls with the master key.")
    private boolean asMaster;

    @Option(
            names = "--rest-key",
            paramLabel = "KEY",
            description =
                    "For an app that requires clients to send a key (default: RIALTO_REST_KEY).")
    private @Nullable String restKey;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() {
        if (spec != null && asMaster && session != null) {
            throw new ParameterException(
                    spec.commandLine(), "--session and --as-master exclude each other");
        }
        Message message =
                Message.json("POST", "/functions/" + RemoteServer.segment(name), body(input));
        if (preview != null) {
            message = message.with("X-Rialto-Preview", preview);
        }
        try (RemoteServer server = connect()) {
            Outcome.Answered answered = server.answer(message);
            return answered.isError() ? fail(server, answered) : print(answered.body());
        }
    }

    private RemoteServer connect() {
        return asMaster
                ? options.connect(Console.errorOf(spec))
                : options.connectAsClient(
                        Optional.ofNullable(restKey), Optional.ofNullable(session));
    }

    private int print(JsonNode answer) {
        PrintWriter out = Console.of(spec);
        out.println(
                answer.has("result")
                        ? Json.mapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(answer.path("result"))
                        : "null");
        out.flush();
        return 0;
    }

    private int fail(RemoteServer server, Outcome.Answered answered) {
        JsonNode body = answered.body();
        if (!body.has("code")) {
            throw server.refused(answered);
        }
        Console.errorOf(spec)
                .println(
                        body.path("code").asInt(0)
                                + ": "
                                + TerminalText.clean(body.path("error").asString("")));
        Console.errorOf(spec).flush();
        return 1;
    }

    private static ObjectNode body(String input) {
        try {
            if (Json.read(text(input)) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException unreadable) {
            throw new SetupException(
                    "the input is not valid JSON: " + unreadable.getOriginalMessage(), unreadable);
        }
        throw new SetupException("the input must be a JSON object, like {\"name\": \"Ada\"}");
    }

    private static String text(String input) {
        if (!input.startsWith("@")) {
            return input;
        }
        String file = input.substring(1);
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (IOException failure) {
            throw new SetupException("can't read " + file + ": " + failure, failure);
        }
    }
}
