package dev.rialto.aggregate;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.ObjectSchemas;
import dev.rialto.spi.Platform;
import java.util.List;

/// `/aggregate/{className}`: Parse's aggregate API.
public final class AggregateCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "data",
                    "storage",
                    "aggregate",
                    "Computes over the objects of a class: groups, sums, joins.");

    private final Aggregator aggregator;

    AggregateCapability(Platform platform) {
        this.aggregator = new Aggregator(platform.database(), platform.objects().querying());
    }

    /// There is nothing to be set.
    public static CapabilityPlan<String> plan(Settings in) {
        return CapabilityPlan.of(AggregateCapability::new);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.get("aggregate.run", "/aggregate/{className}")
                        .access(Access.MASTER_READ)
                        .summary(
                                "Runs a pipeline of stages over a class, or lists the distinct"
                                        + " values of a field.")
                        .query(
                                "pipeline",
                                JsonSchema.string(),
                                "A JSON array of stages, each `{\"$match\":{...}}` and so on.")
                        .query("distinct", JsonSchema.string(), "The field whose values to list.")
                        .query("where", ObjectSchemas.WHERE, "The condition of `distinct`.")
                        .output(
                                JsonSchema.object()
                                        .requiring("results", JsonSchema.array(JsonSchema.any())))
                        .errors(ErrorCode.INVALID_QUERY)
                        .handle(this::aggregate));
    }

    private Answer aggregate(Call call) {
        return Answer.json(
                200,
                aggregator.aggregate(
                        call.app(),
                        call.caller(),
                        call.path("className"),
                        AggregateRequest.read(call.parameters())));
    }
}
