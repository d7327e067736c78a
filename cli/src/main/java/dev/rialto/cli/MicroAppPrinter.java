package dev.rialto.cli;

import dev.rialto.cli.TextTable.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Shows micro apps as the server tells them: which revisions are called, and what is configured.
final class MicroAppPrinter {
    private final PrintWriter out;

    MicroAppPrinter(PrintWriter out) {
        this.out = out;
    }

    /// One line on who gets which revision now.
    void printTraffic(JsonNode microApp) {
        out.println(
                TerminalText.clean(microApp.path("name").asString("")) + ": " + traffic(microApp));
        out.flush();
    }

    void printAll(JsonNode microApps) {
        var table =
                new TextTable(
                        Column.left("MICRO APP"),
                        Column.right("LIVE"),
                        Column.right("BEFORE"),
                        Column.left("CANDIDATE"),
                        Column.left("RUNTIME"),
                        Column.left("CONFIG"),
                        Column.left("DESCRIPTION"));
        for (JsonNode each : microApps) {
            table.row(
                    each.path("name").asString(""),
                    number(each, "live"),
                    number(each, "previous"),
                    each.has("candidate")
                            ? number(each, "candidate") + " gets " + number(each, "percent") + " %"
                            : "-",
                    runtime(each),
                    keys(each),
                    each.path("description").asString(""));
        }
        table.lines().forEach(out::println);
        out.flush();
    }

    static String traffic(JsonNode microApp) {
        List<String> parts = new ArrayList<>();
        int live = microApp.path("live").asInt(0);
        parts.add(live == 0 ? "nothing is live" : "revision " + live + " is live");
        if (microApp.has("candidate")) {
            parts.add(
                    "revision "
                            + number(microApp, "candidate")
                            + " gets "
                            + number(microApp, "percent")
                            + "% of the calls");
        }
        if (microApp.has("previous")) {
            parts.add("a rollback returns to " + number(microApp, "previous"));
        }
        if (microApp.has("runtime")) {
            parts.add("it runs " + place(microApp.path("runtime").asString("")));
        }
        JsonNode moved = microApp.path("moved");
        if (moved.isObject()) {
            String why = TerminalText.clean(moved.path("why").asString(""));
            parts.add(
                    "moved to "
                            + TerminalText.clean(moved.path("runtime").asString(""))
                            + (why.isEmpty() ? "" : " as " + why));
        }
        return String.join(", ", parts);
    }

    private static String place(String runtime) {
        return switch (runtime) {
            case "shared" -> "in the server (shared)";
            case "hosted" -> "in the process of the app's micro apps (hosted)";
            case "isolated" -> "in processes of its own (isolated)";
            default -> "in " + TerminalText.clean(runtime);
        };
    }

    /// Where it runs, and that it was moved there.
    private static String runtime(JsonNode microApp) {
        String runtime = microApp.path("runtime").asString("-");
        return microApp.has("moved") ? runtime + " (moved)" : runtime;
    }

    /// The keys of the configuration; values are never told.
    static String keys(JsonNode microApp) {
        List<String> keys = new ArrayList<>();
        microApp.path("config").forEach(each -> keys.add(each.asString("")));
        return keys.isEmpty() ? "-" : TerminalText.clean(String.join(", ", keys));
    }

    private static String number(JsonNode microApp, String key) {
        int number = microApp.path(key).asInt(0);
        return number == 0 && !key.equals("percent") ? "-" : String.valueOf(number);
    }
}
