package dev.rialto.cli;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.AppStore;
import dev.rialto.apps.NewKey;
import dev.rialto.apps.StoredKey;
import dev.rialto.kernel.SetupException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Shows and changes the keys of an app.
@Command(
        name = "keys",
        description = {
            "Lists an app's keys by kind and the first digits of their hash, or changes them"
                    + " with --add, --replace or --remove.",
            "KIND is master, read-only-master, maintenance, webhook, javascript, rest, client or"
                    + " dotnet. Without =VALUE the key is generated. Running servers apply it"
                    + " immediately."
        },
        mixinStandardHelpOptions = true)
final class AppKeysCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The app.")
    private String id = "";

    @Option(
            names = "--add",
            paramLabel = "KIND[=VALUE]",
            description = "Adds a key to those of its kind.")
    private List<String> added = List.of();

    @Option(
            names = "--replace",
            paramLabel = "KIND[=VALUE]",
            description = "Replaces all keys of its kind by this one.")
    private List<String> replaced = List.of();

    @Option(
            names = "--remove",
            paramLabel = "KIND[=HASH]",
            description = "Removes the keys of a kind, or the one with this hash.")
    private List<String> removed = List.of();

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public void run() {
        AppCommand.withApps(
                storage,
                apps -> {
                    List<NewKey> made = new ArrayList<>();
                    for (String each : added) {
                        NewKey key = key(apps, each);
                        apps.addKey(id, key);
                        made.add(key);
                    }
                    for (String each : replaced) {
                        NewKey key = key(apps, each);
                        apps.replaceKeys(id, key);
                        made.add(key);
                    }
                    removed.forEach(each -> remove(apps, each));
                    if (made.isEmpty()) {
                        list(apps);
                    } else {
                        KeyPrinter.print(id, made, Console.of(spec));
                    }
                });
    }

    private void list(AppStore apps) {
        for (StoredKey key : apps.keys(id)) {
            Console.of(spec)
                    .println(key.kind().label() + "\t" + key.label() + "\t" + key.createdAt());
        }
    }

    private void remove(AppStore apps, String text) {
        String[] parts = text.split("=", 2);
        String hash = parts.length == 2 ? parts[1] : "";
        if (apps.removeKeys(id, AppKeyKind.of(parts[0]), hash) == 0) {
            throw new SetupException("the app " + id + " has no such key: " + text);
        }
    }

    private static NewKey key(AppStore apps, String text) {
        String[] parts = text.split("=", 2);
        AppKeyKind kind = AppKeyKind.of(parts[0]);
        return parts.length == 2 ? new NewKey(kind, parts[1]) : apps.generate(kind);
    }
}
