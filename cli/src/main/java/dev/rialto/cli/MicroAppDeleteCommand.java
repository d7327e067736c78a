package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Deletes a micro app.
@Command(
        name = "delete",
        description =
                "Deletes a micro app with all its revisions and its configuration. This can't be"
                        + " undone.",
        mixinStandardHelpOptions = true)
final class MicroAppDeleteCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Option(names = "--yes", description = "Don't ask.")
    private boolean yes;

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        String path = MicroAppCommand.path(name, "");
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            server.ask(Message.get(path));
            if (!yes
                    && !Console.isConfirmed(
                            spec, "type the name of the micro app to delete it: ", name)) {
                throw new SetupException("nothing was deleted");
            }
            server.ask(Message.json("DELETE", path, Json.object()));
            Console.of(spec).println("deleted " + name);
            Console.of(spec).flush();
        }
    }
}
