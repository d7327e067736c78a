package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sets what a micro app is configured with.
@Command(
        name = "config",
        description = {
            "Sets configuration values of a micro app, or lists the keys that are set.",
            "The micro app is reloaded with them. Values are never shown again."
        },
        mixinStandardHelpOptions = true)
final class MicroAppConfigCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description = {
                "KEY= removes the key. KEY=@FILE reads the value from a file and KEY=@- from"
                        + " standard input, so that a secret isn't in the shell's history; a"
                        + " trailing line end is dropped. KEY=@@VALUE is a value that begins"
                        + " with @."
            })
    private List<String> pairs = List.of();

    @Mixin private ServerOptions options = new ServerOptions();

    @Override
    public void run() {
        ObjectNode body = Json.object();
        pairs.forEach(each -> put(body, each, System.in));
        String path = MicroAppCommand.path(name, "");
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            JsonNode microApp =
                    server.ask(
                            body.isEmpty()
                                    ? Message.get(path)
                                    : Message.json("PUT", path + "/config", body));
            Console.of(spec).println("config: " + MicroAppPrinter.keys(microApp));
            Console.of(spec).flush();
        }
    }

    static void put(ObjectNode body, String pair, InputStream input) {
        int at = pair.indexOf('=');
        if (at <= 0) {
            throw new SetupException("\"" + pair + "\" must be like KEY=VALUE");
        }
        String key = pair.substring(0, at);
        String value = pair.substring(at + 1);
        if (value.isEmpty()) {
            body.putNull(key);
        } else if (value.startsWith("@@")) {
            body.put(key, value.substring(1));
        } else if (value.startsWith("@")) {
            body.put(key, read(key, value.substring(1), input));
        } else {
            body.put(key, value);
        }
    }

    private static String read(String key, String file, InputStream input) {
        try {
            byte[] bytes =
                    file.equals("-") ? input.readAllBytes() : Files.readAllBytes(Path.of(file));
            String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\r?\\n$", "");
            if (text.isEmpty()) {
                throw new SetupException(key + ": the value is empty; " + key + "= removes it");
            }
            return text;
        } catch (IOException failure) {
            throw new SetupException(key + ": can't read " + file + ": " + failure, failure);
        }
    }
}
