package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.cli.RemoteServer.Outcome;
import dev.rialto.cli.TextTable.Column;
import dev.rialto.kernel.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Shows how the functions are doing.
@Command(
        name = "functions",
        description = {
            "Shows each function, how often it is called, how long it takes and what it uses; and"
                    + " the processes that run functions outside the server.",
            "The figures are from the node that answers: calls and errors since it started, the"
                    + " rest for the last minutes. CPU and memory are per successful call."
        },
        mixinStandardHelpOptions = true)
final class FunctionsCommand implements Runnable {
    private static final Duration REFRESH = Duration.ofSeconds(2);
    private static final String CLEAR = "\033[H\033[2J\033[3J";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Prints the server's response as JSON.")
    private boolean json;

    @Option(
            names = {"-f", "--follow"},
            description = "Refreshes every 2 seconds, until Ctrl-C.")
    private boolean follow;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        PrintWriter out = Console.of(spec);
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            JsonNode first = server.ask(Message.get("/functions"));
            if (!follow) {
                print(first, out);
                return;
            }
            boolean watched = Console.isWatched();
            while (!Thread.currentThread().isInterrupted()) {
                show(server, out, watched);
                Thread.sleep(REFRESH);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(RemoteServer server, PrintWriter out, boolean watched) {
        switch (server.send(Message.get("/functions"))) {
            case Outcome.Answered answered when answered.isError() ->
                    throw server.refused(answered);
            case Outcome.Answered(_, JsonNode body) -> {
                if (!json) {
                    out.println(
                            (watched ? CLEAR : "")
                                    + TIME.format(Instant.now().atZone(LocalZone.find())));
                }
                print(body, out);
            }
            case Outcome.Unreachable(String reason) -> {
                out.println(server.unreachable(reason));
                out.flush();
            }
        }
    }

    private void print(JsonNode answer, PrintWriter out) {
        if (json) {
            out.println(
                    follow
                            ? Json.write(answer)
                            : Json.mapper()
                                    .writerWithDefaultPrettyPrinter()
                                    .writeValueAsString(answer));
        } else if (answer.path("results").isEmpty()) {
            out.println("no functions yet; deploy some with " + CommandName.with("deploy FOLDER"));
        } else {
            table(answer.path("results")).lines().forEach(out::println);
            processes(answer.path("microApps"), out);
        }
        out.flush();
    }

    private static TextTable table(JsonNode functions) {
        var table =
                new TextTable(
                        Column.left("FUNCTION"),
                        Column.right("CALLS/S"),
                        Column.right("CALLS"),
                        Column.right("ERRORS"),
                        Column.right("P50"),
                        Column.right("P99"),
                        Column.right("CPU"),
                        Column.right("MEMORY"),
                        Column.left("STATE"));
        for (JsonNode each : functions) {
            long calls = each.path("calls").asLong(0);
            long errors = each.path("errors").asLong(0);
            // Usage is known of calls that went well.
            long good = calls - errors;
            table.row(
                    each.path("address").asString(""),
                    ReadableUnits.rate(each.path("perSecond").asDouble(0)),
                    ReadableUnits.count(calls),
                    ReadableUnits.count(errors),
                    calls == 0 ? "-" : ReadableUnits.micros(each.path("p50Micros").asDouble(0)),
                    calls == 0 ? "-" : ReadableUnits.micros(each.path("p99Micros").asDouble(0)),
                    good <= 0
                            ? "-"
                            : ReadableUnits.micros(each.path("cpuMicros").asDouble(0) / good),
                    good <= 0
                            ? "-"
                            : ReadableUnits.bytes(each.path("allocatedBytes").asDouble(0) / good),
                    state(each));
        }
        return table;
    }

    /// One process may run several micro apps.
    private static void processes(JsonNode microApps, PrintWriter out) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        Map<String, JsonNode> processes = new LinkedHashMap<>();
        Map<String, JsonNode> owners = new HashMap<>();
        for (JsonNode microApp : microApps) {
            for (JsonNode each : microApp.path("instances")) {
                String name = each.path("name").asString("");
                names.computeIfAbsent(name, _ -> new ArrayList<>())
                        .add(
                                microApp.path("microApp").asString("")
                                        + "@"
                                        + microApp.path("revision").asInt(0));
                processes.put(name, each);
                owners.put(name, microApp);
            }
        }
        if (processes.isEmpty()) {
            return;
        }
        var table =
                new TextTable(
                        Column.left("PROCESS"),
                        Column.left("RUNTIME"),
                        Column.left("MICRO APPS"),
                        Column.right("RUNNING"),
                        Column.right("WAITING"),
                        Column.right("STARTED"),
                        Column.right("CPU"),
                        Column.right("MEMORY"),
                        Column.left("SINCE"));
        processes.forEach((name, each) -> {
            JsonNode owner = owners.getOrDefault(name, Json.object());
            table.row(
                    name,
                    owner.path("runtime").asString(""),
                    String.join(", ", names.getOrDefault(name, List.of())),
                    ReadableUnits.count(each.path("running").asLong(0)),
                    ReadableUnits.count(owner.path("waiting").asLong(0)),
                    ReadableUnits.count(owner.path("started").asLong(0)),
                    ReadableUnits.micros(each.path("cpuMillis").asDouble(0) * 1_000),
                    ReadableUnits.bytes(each.path("memoryBytes").asDouble(0)),
                    time(each.path("since").asString("")).orElse("-"));
        });
        out.println();
        table.lines().forEach(out::println);
    }

    private static Optional<String> time(String instant) {
        try {
            return Optional.of(TIME.format(Instant.parse(instant).atZone(LocalZone.find())));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private static String state(JsonNode function) {
        int stuck = function.path("stuck").asInt(0);
        String revision =
                "revision "
                        + function.path("revision").asInt(0)
                        + (stuck == 0 ? "" : ", " + stuck + " STUCK");
        if (!function.path("suspended").asBoolean(false)) {
            return revision;
        }
        return revision
                + ", SUSPENDED"
                + time(function.path("suspendedUntil").asString(""))
                        .map(until -> " until " + until)
                        .orElse("");
    }
}
