package dev.rialto.server;

import dev.rialto.http.ApiDescriber;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.http.SocketEndpoint;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Gauges;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityListing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The capabilities of this server in the order in which they were added. They close in reverse.
final class Shelf implements AutoCloseable {
    private final ObjectsCapability objects;
    private final Map<String, Capability> capabilities = new LinkedHashMap<>();
    private final List<Operation> operations = new ArrayList<>();

    /// A shelf with objects and the classes they stand on. Objects take the class rules of the
    /// others.
    Shelf(ObjectsCapability objects) {
        this.objects = objects;
        add(objects.schema());
        add(objects);
    }

    /// Adds a capability. To be called before the first request.
    ///
    /// @throws IllegalArgumentException when its name is taken, or an operation does not keep to
    ///   the descriptor
    <C extends Capability> C add(C capability) {
        var descriptor = capability.descriptor();
        if (capabilities.putIfAbsent(descriptor.name(), capability) != null) {
            throw new IllegalArgumentException("two capabilities are called " + descriptor.name());
        }
        for (var operation : capability.operations()) {
            requireDeclared(descriptor, operation);
            operations.add(operation);
        }
        capability.classes().forEach(objects::register);
        return capability;
    }

    private static void requireDeclared(CapabilityDescriptor descriptor, Operation operation) {
        var contract = operation.contract();
        if (!operation.capability().equals(descriptor.name())
                || !descriptor.meters().contains(contract.metering().meter())
                || !descriptor.events().containsAll(contract.events())) {
            throw new IllegalArgumentException(
                    "capability %s does not declare the name, the meter or the events of %s"
                            .formatted(descriptor.name(), operation));
        }
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /// What happens around operations, the outermost first. Objects were added first and record the
    /// ids of requests: a request that another capability rejects must not be recorded as done.
    List<OperationStep> steps() {
        return each(Capability::step).reversed();
    }

    List<ApiDescriber> describers() {
        List<ApiDescriber> all = new ArrayList<>(each(Capability::describer));
        all.add(new Summaries(all()));
        return all;
    }

    /// What the operations of each capability are about.
    private record Summaries(Collection<Capability> capabilities) implements ApiDescriber {
        @Override
        public Map<String, String> tags() {
            Map<String, String> tags = new LinkedHashMap<>();
            capabilities.stream()
                    .map(Capability::descriptor)
                    .forEach(each -> tags.put(each.name(), each.summary()));
            return tags;
        }
    }

    private <T> List<T> each(Function<Capability, Optional<T>> part) {
        return all().stream().map(part).flatMap(Optional::stream).toList();
    }

    List<SocketEndpoint> sockets() {
        return all().stream().flatMap(each -> each.sockets().stream()).toList();
    }

    private List<Operation> operationsOf(String capability) {
        return operations.stream().filter(each -> each.capability().equals(capability)).toList();
    }

    /// Everything an app can call, the built-in capabilities first.
    List<CapabilityListing> catalogue(App app) {
        List<CapabilityListing> listings = new ArrayList<>();
        all().forEach(each ->
                listings.add(
                        CapabilityListing.of(
                                each.descriptor(), operationsOf(each.descriptor().name()))));
        all().forEach(each -> listings.addAll(each.contributed(app)));
        return listings;
    }

    /// What `/serverInfo` lists.
    Map<String, List<String>> features() {
        Map<String, List<String>> features = new LinkedHashMap<>();
        all().forEach(each -> features.putAll(each.descriptor().features()));
        return features;
    }

    /// Lets be measured what capabilities have.
    void measure(Gauges to) {
        all().forEach(each -> each.measure(to));
    }

    /// Begins what capabilities do without being asked.
    void start() {
        all().forEach(Capability::start);
    }

    /// Removes what is old of an app.
    void tidy(App app) {
        all().forEach(each -> each.tidy(app));
    }

    private Collection<Capability> all() {
        return capabilities.values();
    }

    @Override
    public void close() {
        Storage.closeAll(
                all().stream()
                        .map(AutoCloseable.class::cast)
                        .collect(ArrayDeque::new, ArrayDeque::push, ArrayDeque::addAll),
                Optional.empty());
    }
}
