package dev.rialto.server;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.NewKey;
import dev.rialto.kernel.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An app that the settings ask to exist, with keys of one's own choice: for development and tests.
///
/// @param keys its keys of these kinds are exactly these
public record WantedApp(String id, List<NewKey> keys) {
    static Optional<WantedApp> read(Settings in) {
        Optional<String> id = in.text("app.id");
        List<NewKey> keys = new ArrayList<>();
        for (AppKeyKind kind : AppKeyKind.values()) {
            in.secret(keyOf(kind)).ifPresent(value -> keys.add(new NewKey(kind, value)));
        }
        if (id.isEmpty() && !keys.isEmpty()) {
            in.problem("app.id: the given keys need an app: name it with --app ID");
        }
        if (id.isPresent() && keys.stream().noneMatch(key -> key.kind() == AppKeyKind.MASTER)) {
            in.problem("app.master-key: --app needs a --master-key");
        }
        return id.map(name -> new WantedApp(name, keys));
    }

    /// The setting that gives the key of a kind, e.g. `app.master-key`.
    public static String keyOf(AppKeyKind kind) {
        return "app." + kind.label() + "-key";
    }
}
