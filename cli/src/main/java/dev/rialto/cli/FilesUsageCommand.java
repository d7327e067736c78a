package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Prints what an app's files take up.
@Command(
        name = "usage",
        description = "Prints how many files an app has, what they take up, and which are damaged.",
        mixinStandardHelpOptions = true)
final class FilesUsageCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        PrintWriter out = Console.of(spec);
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            JsonNode usage = server.ask(Message.get("/file-usage"));
            out.println(
                    ReadableUnits.count(usage.path("files").asLong())
                            + " files, "
                            + ReadableUnits.bytes(usage.path("bytes").asDouble())
                            + quota(usage.path("quota")));
            for (JsonNode name : usage.path("damaged")) {
                out.println("missing or damaged: " + name.asString(""));
            }
            out.flush();
        }
    }

    private static String quota(JsonNode quota) {
        return quota.isNull() ? "" : " of " + ReadableUnits.bytes(quota.asDouble());
    }
}
