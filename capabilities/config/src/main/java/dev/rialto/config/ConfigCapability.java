package dev.rialto.config;

import dev.rialto.http.Operation;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.util.List;
import java.util.Map;

/// Parameters that an app's clients read, such as switches for features.
public final class ConfigCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                            "data",
                            "settings",
                            "config",
                            "Stores parameters that an app's clients read.")
                    .withFeatures(
                            Map.of("globalConfig", List.of("create", "read", "update", "delete")));

    private final ConfigRoutes routes;

    ConfigCapability(Platform platform) {
        this.routes = new ConfigRoutes(platform.database(), platform.triggers());
    }

    /// There is nothing to be set.
    public static CapabilityPlan<String> plan(Settings in) {
        return CapabilityPlan.of(ConfigCapability::new);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return routes.operations();
    }
}
