package dev.rialto.installations;

import dev.rialto.http.Operation;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Platform;
import java.util.List;

/// The devices on which an app is installed.
public final class InstallationsCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "devices",
                    "installations",
                    "Keeps track of the devices on which an app is installed.");

    private final InstallationRules rules;
    private final InstallationRoutes routes;

    InstallationsCapability(Platform platform) {
        this.rules = new InstallationRules(platform.database(), platform.objects().objects());
        this.routes = new InstallationRoutes(platform.objects().routes());
    }

    /// There is nothing to be set.
    public static CapabilityPlan<String> plan(Settings in) {
        return CapabilityPlan.of(InstallationsCapability::new);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return routes.operations();
    }

    @Override
    public List<ClassRules> classes() {
        return List.of(rules);
    }
}
