package dev.rialto.server;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.spi.CapabilityListing;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// The catalogue: what an app can call, built in or contributed by its own micro apps.
final class CatalogueRoutes {
    private static final JsonSchema CAPABILITY =
            JsonSchema.object()
                    .requiring("domain", JsonSchema.string())
                    .requiring("group", JsonSchema.string())
                    .requiring("name", JsonSchema.string())
                    .requiring("version", JsonSchema.string())
                    .requiring("summary", JsonSchema.string())
                    .requiring("contributed", JsonSchema.bool())
                    .requiring("events", JsonSchema.array(JsonSchema.string()))
                    .requiring("meters", JsonSchema.array(JsonSchema.string()))
                    .requiring("operations", JsonSchema.array(JsonSchema.object()));

    private final Function<App, List<CapabilityListing>> catalogue;

    CatalogueRoutes(Function<App, List<CapabilityListing>> catalogue) {
        this.catalogue = catalogue;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("server.capabilities", "/capabilities")
                        .access(Access.MASTER_READ)
                        .summary("Lists the capabilities that the app can call.")
                        .output(
                                JsonSchema.object()
                                        .requiring("results", JsonSchema.array(CAPABILITY)))
                        .meter("server.status", 0)
                        .handle(this::list));
    }

    private Answer list(Call call) {
        ObjectNode answer = Json.object();
        var results = answer.putArray("results");
        catalogue.apply(call.app()).forEach(each -> results.add(wire(each)));
        return Answer.ok(answer);
    }

    private static ObjectNode wire(CapabilityListing listing) {
        var descriptor = listing.descriptor();
        ObjectNode json =
                Json.object()
                        .put("domain", descriptor.domain())
                        .put("group", descriptor.group())
                        .put("name", descriptor.name())
                        .put("version", descriptor.version())
                        .put("summary", descriptor.summary())
                        .put("contributed", listing.contributed());
        sorted(json, "events", descriptor.events());
        sorted(json, "meters", descriptor.meters());
        var operations = json.putArray("operations");
        listing.contracts().forEach((id, contract) -> operations.add(wire(id, contract)));
        return json;
    }

    private static ObjectNode wire(String id, Contract contract) {
        ObjectNode json =
                Json.object()
                        .put("id", id)
                        .put("summary", contract.summary())
                        .put("meter", contract.metering().meter())
                        .put("cost", contract.metering().cost())
                        .put("since", contract.lifecycle().since());
        contract.lifecycle().deprecation().ifPresent(each -> put(json, each));
        sorted(json, "events", contract.events());
        var errors = json.putArray("errors");
        contract.errors()
                .forEach(each ->
                        errors.addObject()
                                .put("code", each.number())
                                .put("meaning", each.meaning()));
        return json;
    }

    private static void put(ObjectNode json, Contract.Deprecation deprecation) {
        json.put("deprecated", deprecation.instead());
        deprecation.on().ifPresent(day -> json.put("deprecatedOn", day.toString()));
        deprecation.sunset().ifPresent(day -> json.put("sunset", day.toString()));
    }

    private static void sorted(ObjectNode json, String name, Collection<String> values) {
        var array = json.putArray(name);
        values.stream().sorted().forEach(array::add);
    }
}
