package dev.rialto.hooks;

import dev.rialto.http.Operation;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.Platform;
import java.util.List;
import java.util.Map;

/// Functions and triggers at addresses of an app's own.
public final class HooksCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                            "code",
                            "webhooks",
                            "hooks",
                            "Calls functions and triggers at URLs that an app registers.")
                    .withFeatures(Map.of("hooks", List.of("create", "read", "update", "delete")));

    private final HookDirectory directory;
    private final HooksRoutes routes;

    public HooksCapability(Platform platform) {
        var store = new HookStore(platform.database());
        this.directory = new HookDirectory(store, platform.store().invalidations());
        this.routes = new HooksRoutes(store, directory::change, platform.objects().takesTriggers());
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return routes.operations();
    }

    /// The hooks of all apps.
    public HookDirectory directory() {
        return directory;
    }
}
