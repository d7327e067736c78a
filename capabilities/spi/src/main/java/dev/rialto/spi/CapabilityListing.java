package dev.rialto.spi;

import dev.rialto.kernel.Contract;
import java.util.LinkedHashMap;
import java.util.Map;

/// A capability as the catalogue lists it, built in or contributed by a micro app of an app.
///
/// @param contracts what can be called, by id
/// @param contributed whether an app brought it
public record CapabilityListing(
        CapabilityDescriptor descriptor, Map<String, Contract> contracts, boolean contributed) {
    /// A capability of the server.
    public static CapabilityListing of(Capability capability) {
        Map<String, Contract> contracts = new LinkedHashMap<>();
        capability.operations().forEach(each -> contracts.put(each.id(), each.contract()));
        return new CapabilityListing(capability.descriptor(), contracts, false);
    }
}
