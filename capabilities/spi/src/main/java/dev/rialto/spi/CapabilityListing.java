package dev.rialto.spi;

import dev.rialto.http.Operation;
import dev.rialto.kernel.Contract;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A capability as the catalogue lists it, built in or contributed by a micro app of an app.
///
/// @param contracts what can be called, by id
/// @param contributed whether an app brought it
public record CapabilityListing(
        CapabilityDescriptor descriptor, Map<String, Contract> contracts, boolean contributed) {
    /// A capability of the server.
    ///
    /// @param operations its own
    public static CapabilityListing of(
            CapabilityDescriptor descriptor, List<Operation> operations) {
        Map<String, Contract> contracts = new LinkedHashMap<>();
        operations.forEach(each -> contracts.put(each.id(), each.contract()));
        return new CapabilityListing(descriptor, contracts, false);
    }
}
