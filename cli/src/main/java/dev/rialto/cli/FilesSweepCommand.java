package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Durations;
import dev.rialto.kernel.Json;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds the files of an app that nothing mentions, and deletes them if asked.
@Command(
        name = "sweep",
        description = {
            "Lists files that nothing in the app mentions: no object, no parameter, no setting.",
            "Nothing is deleted without --delete."
        },
        mixinStandardHelpOptions = true)
final class FilesSweepCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--older-than",
            paramLabel = "TIME",
            defaultValue = "7d",
            description = "How long ago they must have been uploaded: at least 1h; 7d by default.")
    private String age = "7d";

    @Option(names = "--delete", description = "Deletes them.")
    private boolean delete;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        ObjectNode wish = Json.object().put("olderThan", seconds()).put("delete", delete);
        PrintWriter out = Console.of(spec);
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            long deleted = 0;
            double bytes = 0;
            JsonNode found;
            do {
                found = server.ask(Message.json("POST", "/file-sweep", wish));
                found.path("names").forEach(name -> out.println(name.asString("")));
                out.flush();
                bytes = Math.max(bytes, found.path("bytes").asDouble());
                deleted += found.path("deleted").asLong();
            } while (found.path("deleted").asLong() > 0);
            out.println(
                    delete
                            ? "deleted %s files, %s"
                                    .formatted(
                                            ReadableUnits.count(deleted),
                                            ReadableUnits.bytes(bytes))
                            : summary(found));
            out.flush();
        }
    }

    private static String summary(JsonNode found) {
        long files = found.path("files").asLong();
        return files == 0
                ? "every file is mentioned somewhere, or is too new to tell"
                : "nothing mentions %s files, %s; --delete deletes them"
                        .formatted(
                                ReadableUnits.count(files),
                                ReadableUnits.bytes(found.path("bytes").asDouble()));
    }

    private long seconds() {
        try {
            return Durations.parse(age).toSeconds();
        } catch (IllegalArgumentException invalid) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--older-than must be a length of time, such as 12h or 30d");
        }
    }
}
