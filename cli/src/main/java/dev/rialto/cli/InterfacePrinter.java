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
            ways.addAll(declared(each));
            for (int at = 0; at < ways.size(); at++) {
                table.row(at == 0 ? address : "", ways.get(at));
            }
        }
        table.lines().forEach(line -> out.println("  " + line));
    }

    /// What callers are to know beside how it is reached.
    private static List<String> declared(JsonNode exposed) {
        List<String> lines = new ArrayList<>();
        if (text(exposed, "access").equals("master")) {
            lines.add("  needs the master key");
        }
        exposed.path("errors")
                .forEach(each ->
                        lines.add(
                                "  fails with "
                                        + number(each, "code")
                                        + ": "
                                        + text(each, "when")));
        exposed.path("events").forEach(each -> lines.add("  publishes " + each.asString("")));
        if (exposed.has("meter")) {
            lines.add("  counts " + number(exposed, "cost") + " for " + text(exposed, "meter"));
        }
        JsonNode end = exposed.path("deprecated");
        if (!end.isMissingNode()) {
            String sunset = text(end, "sunset");
            lines.add(
                    "  deprecated"
                            + (sunset.isEmpty() ? "" : " until " + sunset)
                            + ": "
                            + text(end, "instead"));
        }
        return lines;
    }

    private static int number(JsonNode json, String key) {
        return json.path(key).asInt(0);
    }

    /// A function that a person could call by hand: one with a short name, or else one that is
    /// reached by its address only.
    static Optional<String> callable(JsonNode descriptor) {
        Optional<String> byAddress = Optional.empty();
        for (JsonNode each : descriptor.path("interfaces")) {
            for (JsonNode binding : each.path("bindings")) {
                if (text(binding, "kind").equals("cloudFunction")) {
                    return Optional.of(text(binding, "name"));
                }
            }
            if (byAddress.isEmpty() && each.path("bindings").isEmpty()) {
                byAddress = Optional.of(each.path("address").asString(""));
            }
        }
        return byAddress;
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
