package dev.rialto.reference;

import dev.rialto.http.Operation;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import java.util.List;

/// Pages on which people read the API's description and try it.
public final class ReferenceCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "platform", "docs", "reference", "Shows the API's description to people.");

    private final ReferenceRoutes routes = new ReferenceRoutes(Assets.read());

    /// There is nothing to be set.
    public static CapabilityPlan<String> plan(Settings in) {
        return CapabilityPlan.of(_ -> new ReferenceCapability());
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
