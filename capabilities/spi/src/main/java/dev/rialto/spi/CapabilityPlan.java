package dev.rialto.spi;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A capability with its settings, which is created when the server starts.
///
///     public static CapabilityPlan<SyncSettings> plan(Settings in) {
///         return new CapabilityPlan<>(SyncSettings.read(in), SyncCapability::new);
///     }
///
/// Plans are equal when their settings are.
public record CapabilityPlan<S>(S settings, Maker<S> maker) {
    /// Creates the capability; usually its constructor.
    public interface Maker<S> {
        Capability make(Platform platform, S settings);
    }

    /// A capability without settings.
    public static CapabilityPlan<String> of(Function<Platform, Capability> maker) {
        return new CapabilityPlan<>("", (platform, _) -> maker.apply(platform));
    }

    public Capability make(Platform platform) {
        return maker.make(platform, settings);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CapabilityPlan<?> plan && plan.settings.equals(settings);
    }

    @Override
    public int hashCode() {
        return settings.hashCode();
    }
}
