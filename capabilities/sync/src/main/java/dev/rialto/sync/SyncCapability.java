package dev.rialto.sync;

import dev.rialto.http.Operation;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.util.List;

/// Copies of objects on clients that work without a network.
public final class SyncCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "data",
                    "changes",
                    "sync",
                    "Keeps copies of objects on clients up to date and applies what they did"
                            + " offline.");

    private final SyncRoutes routes;

    SyncCapability(Platform platform, SyncSettings settings) {
        var services = platform.objects();
        var pull = new Pull(platform.database(), services.scanning(), services.watching());
        var push =
                new Push(
                        platform.database(),
                        services.objects(),
                        services.watching(),
                        settings,
                        platform.clock(),
                        platform.calls());
        this.routes = new SyncRoutes(pull, push);
    }

    public static CapabilityPlan<SyncSettings> plan(Settings in) {
        return new CapabilityPlan<>(SyncSettings.read(in), SyncCapability::new);
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
