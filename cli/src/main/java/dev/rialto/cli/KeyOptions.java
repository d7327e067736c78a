package dev.rialto.cli;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.NewKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that give an app's keys.
public final class KeyOptions {
    private final Map<AppKeyKind, String> keys = new EnumMap<>(AppKeyKind.class);

    @Option(names = "--master-key", paramLabel = "KEY", description = "May do everything.")
    void master(@Nullable String key) {
        put(AppKeyKind.MASTER, key);
    }

    @Option(
            names = "--read-only-master-key",
            paramLabel = "KEY",
            description = "May see everything and change nothing.")
    void readOnlyMaster(@Nullable String key) {
        put(AppKeyKind.READ_ONLY_MASTER, key);
    }

    @Option(
            names = "--maintenance-key",
            paramLabel = "KEY",
            description = "May do everything and see hidden columns.")
    void maintenance(@Nullable String key) {
        put(AppKeyKind.MAINTENANCE, key);
    }

    @Option(
            names = "--webhook-key",
            paramLabel = "KEY",
            description = "Sent with calls to the app's webhooks.")
    void webhook(@Nullable String key) {
        put(AppKeyKind.WEBHOOK, key);
    }

    @Option(
            names = "--javascript-key",
            paramLabel = "KEY",
            description = "Identifies JavaScript clients. An app with any client key requires one.")
    void javascript(@Nullable String key) {
        put(AppKeyKind.JAVASCRIPT, key);
    }

    @Option(
            names = "--rest-key",
            paramLabel = "KEY",
            description = "Identifies clients that use plain REST.")
    void rest(@Nullable String key) {
        put(AppKeyKind.REST, key);
    }

    @Option(names = "--client-key", paramLabel = "KEY", description = "Identifies mobile clients.")
    void client(@Nullable String key) {
        put(AppKeyKind.CLIENT, key);
    }

    @Option(names = "--dotnet-key", paramLabel = "KEY", description = "Identifies .NET clients.")
    void dotnet(@Nullable String key) {
        put(AppKeyKind.DOTNET, key);
    }

    /// The keys that were given.
    List<NewKey> given() {
        List<NewKey> given = new ArrayList<>();
        keys.forEach((kind, value) -> given.add(new NewKey(kind, value)));
        return given;
    }

    private void put(AppKeyKind kind, @Nullable String key) {
        if (key != null) {
            keys.put(kind, key);
        }
    }
}
