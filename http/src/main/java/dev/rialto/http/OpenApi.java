package dev.rialto.http;

import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.JsonSchema;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The operations that describe all others in OpenAPI 3.1: what every app has, and what one app has
/// with its classes and functions.
final class OpenApi {
    private final List<Operation> operations;
    private final List<ApiDescriber> describers;
    private final Supplier<String> publicUrl;

    OpenApi(List<Operation> operations, List<ApiDescriber> describers, Supplier<String> publicUrl) {
        this.operations = List.copyOf(operations);
        this.describers = List.copyOf(describers);
        this.publicUrl = publicUrl;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("http.openapi", "/openapi.json")
                        .access(Access.PUBLIC)
                        .summary("Describes the API that every app has, in OpenAPI 3.1.")
                        .output(JsonSchema.object())
                        .handle(_ -> Answer.ok(description().json())),
                Operation.get("http.app-openapi", "/app/openapi.json")
                        .access(Access.MASTER_READ)
                        .summary("Describes the app's API with its classes and functions.")
                        .output(JsonSchema.object())
                        .handle(call -> Answer.ok(describe(call))));
    }

    private ObjectNode describe(Call call) {
        var description = description();
        describers.forEach(each -> each.describe(call.app(), description));
        return description.json();
    }

    private ApiDescription description() {
        var description = new ApiDescription("Rialto", publicUrl.get());
        describers.forEach(each -> each.components().forEach(description::component));
        operations.forEach(description::add);
        return description;
    }
}
