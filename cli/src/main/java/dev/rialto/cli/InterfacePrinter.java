package dev.rialto.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Shows what a micro app exposes and how each of it is reached.
final class InterfacePrinter {
    private InterfacePrinter() {}

    /// @param descriptor as the server tells it
    static void print(JsonNode descriptor, PrintWriter out) {
        var table = new TextTable(TextTable.Column.left(""), TextTable.Column.left(""));
        for (JsonNode each : descriptor.path("interfaces")) {
            String address = each.path("address").asString("");
            List<String> ways = new ArrayList<>();
            each.path("bindings").forEach(binding -> ways.add(way(binding)));
            if (ways.isEmpty()) {
                ways.add("POST /v1/functions/" + address);
            }
            for (int at = 0; at < ways.size(); at++) {
                table.row(at == 0 ? address : "", ways.get(at));
            }
        }
        table.lines().forEach(line -> out.println("  " + line));
    }

    /// The first function that a person could call by hand.
    static Optional<String> firstFunction(JsonNode descriptor) {
        for (JsonNode each : descriptor.path("interfaces")) {
            if (each.path("bindings").isEmpty()) {
                return Optional.of(each.path("address").asString(""));
            }
            for (JsonNode binding : each.path("bindings")) {
                if (binding.path("kind").asString("").equals("cloudFunction")) {
                    return Optional.of(binding.path("name").asString(""));
                }
            }
        }
        return Optional.empty();
    }

    private static String way(JsonNode binding) {
        String kind = binding.path("kind").asString("");
        return switch (kind) {
            case "cloudFunction" -> "POST /v1/functions/" + text(binding, "name");
            case "trigger" -> text(binding, "moment") + " of " + text(binding, "className");
            case "job" -> "POST /v1/jobs/" + text(binding, "name");
            case "endpoint" ->
                    text(binding, "method")
                            + " /v1/web/"
                            + text(binding, "path").replaceFirst("^/", "");
            case "schedule" -> "at " + text(binding, "cron") + " in " + text(binding, "zone");
            case "change" -> "changes of " + text(binding, "className");
            case "event" -> "events of " + text(binding, "topic");
            // A newer server may know other ways.
            default -> kind;
        };
    }

    private static String text(JsonNode binding, String key) {
        return binding.path(key).asString("");
    }
}
