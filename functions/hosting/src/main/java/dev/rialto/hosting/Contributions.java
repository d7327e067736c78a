package dev.rialto.hosting;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Contract;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityListing;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The micro apps of an app as capabilities that it contributes: what their live revisions declare.
final class Contributions {
    private final RevisionStore store;

    Contributions(RevisionStore store) {
        this.store = store;
    }

    List<CapabilityListing> of(App app) {
        Map<String, Integer> live =
                store.microApps(app).stream()
                        .collect(Collectors.toMap(MicroApp::name, each -> each.traffic().live()));
        return store.called(app, live.keySet()).stream()
                .sorted(Comparator.comparing(Revision::microApp))
                .filter(each -> live.getOrDefault(each.microApp(), 0) == each.number())
                .map(each -> listing(each.descriptor()))
                .toList();
    }

    private static CapabilityListing listing(Descriptor descriptor) {
        Map<String, Contract> contracts = new LinkedHashMap<>();
        descriptor
                .interfaces()
                .forEach(each -> contracts.put(descriptor.address(each), each.contract()));
        return new CapabilityListing(
                new CapabilityDescriptor(
                        descriptor.domain(),
                        descriptor.group(),
                        descriptor.name(),
                        descriptor.version(),
                        descriptor.description(),
                        contracts.values().stream()
                                .flatMap(each -> each.events().stream())
                                .collect(Collectors.toSet()),
                        contracts.values().stream()
                                .map(each -> each.metering().meter())
                                .collect(Collectors.toSet()),
                        Map.of()),
                contracts,
                true);
    }
}
