package dev.rialto.hosting;

import java.util.Map;

/// A micro app of an app.
///
/// @param config what the operator set for it; secrets among it
record MicroApp(String name, Map<String, String> config, Traffic traffic) {
    MicroApp {
        config = Map.copyOf(config);
    }

    MicroApp with(Traffic other) {
        return new MicroApp(name, config, other);
    }

    /// Doesn't show the configuration.
    @Override
    public String toString() {
        return name + " " + traffic;
    }
}
