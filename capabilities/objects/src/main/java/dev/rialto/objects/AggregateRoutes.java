package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import java.util.List;

/// `/aggregate/{className}`: Parse's aggregate API.
final class AggregateRoutes {
    private final Aggregator aggregator;

    AggregateRoutes(Aggregator aggregator) {
        this.aggregator = aggregator;
    }

    List<Operation> operations() {
        return List.of(
                new Operation(
                        "objects",
                        "aggregate",
                        Operation.Method.GET,
                        "/aggregate/{className}",
                        Operation.Access.MASTER_READ,
                        "Runs a pipeline of stages over a class, or lists the distinct values of a"
                                + " field.",
                        this::aggregate));
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
