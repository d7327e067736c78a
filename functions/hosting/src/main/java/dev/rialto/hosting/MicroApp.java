package dev.rialto.hosting;

import java.util.Map;
import java.util.Optional;

/// A micro app of an app.
///
/// @param config what the operator set for it; secrets among it
/// @param moved where it runs, if not where its descriptor says
record MicroApp(String name, Map<String, String> config, Traffic traffic, Optional<Moved> moved) {
    /// @param runtime it was moved to
    /// @param why empty when somebody has asked for it
    record Moved(String runtime, String why) {}

    MicroApp {
        config = Map.copyOf(config);
    }

    /// One that is not stored yet.
    static MicroApp named(String name) {
        return new MicroApp(name, Map.of(), Traffic.NONE, Optional.empty());
    }

    MicroApp with(Traffic other) {
        return new MicroApp(name, config, other, moved);
    }

    MicroApp with(Map<String, String> other) {
        return new MicroApp(name, other, traffic, moved);
    }

    MicroApp with(Optional<Moved> other) {
        return new MicroApp(name, config, traffic, other);
    }

    /// Doesn't show the configuration.
    @Override
    public String toString() {
        return name + " " + traffic;
    }
}
