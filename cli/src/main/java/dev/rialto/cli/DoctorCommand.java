package dev.rialto.cli;

import dev.rialto.kernel.Json;
import dev.rialto.server.Doctor;
import dev.rialto.server.Finding;
import dev.rialto.server.Finding.Level;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;

/// Checks a data folder and its database.
@Command(
        name = "doctor",
        description = {
            "Checks a data folder and its database without changing anything, and says what to do.",
            "The exit code is 0 when all is well, 1 with warnings, 2 with problems."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--pages",
            description = "Also reads every page of the database and checks its checksum.")
    private boolean pages;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public Integer call() {
        List<Finding> findings = Doctor.examine(storage.settings(Map.of()), pages);
        var out = Console.of(spec);
        if (json) {
            ArrayNode array = Json.nodes().arrayNode();
            findings.forEach(each ->
                    array.addObject()
                            .put("level", named(each.level()))
                            .put("check", each.check())
                            .put("text", each.text()));
            out.println(Json.write(array));
        } else {
            var table =
                    new TextTable(
                            TextTable.Column.left(""),
                            TextTable.Column.left(""),
                            TextTable.Column.left(""));
            findings.forEach(each -> table.row(named(each.level()), each.check(), each.text()));
            table.lines().forEach(out::println);
        }
        out.flush();
        return findings.stream().map(Finding::level).mapToInt(Level::ordinal).max().orElse(0);
    }

    private static String named(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
