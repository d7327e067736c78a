package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.spi.ObjectSchemas;
import java.util.List;

/// `/aggregate/{className}`: Parse's aggregate API.
final class AggregateRoutes {
    private final Aggregator aggregator;

    AggregateRoutes(Aggregator aggregator) {
        this.aggregator = aggregator;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("objects.aggregate", "/aggregate/{className}")
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
