package dev.rialto.functions.spi;

import dev.rialto.kernel.App;
import java.util.Map;

/// What a revision of a micro app is run as.
///
/// @param microApp unique in the app
/// @param number counts the revisions of the micro app, from 1
/// @param config what the operator set for it; secrets among it
public record Release(App app, String microApp, int number, Map<String, String> config) {
    public Release {
        config = Map.copyOf(config);
    }

    /// Doesn't show the configuration.
    @Override
    public String toString() {
        return app.id() + "/" + microApp + "@" + number;
    }
}
