package dev.rialto.http;

import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.Json;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The API's description in OpenAPI 3.1, made from the operations.
final class OpenApi {
    private OpenApi() {}

    /// The operation that answers the description of all others.
    static Operation operation(List<Operation> others, Supplier<String> publicUrl) {
        return new Operation(
                "http",
                "openapi",
                Method.GET,
                "/openapi.json",
                Access.PUBLIC,
                "Describes this API.",
                _ -> Answer.ok(describe(others, publicUrl.get())));
    }

    private static ObjectNode describe(List<Operation> operations, String publicUrl) {
        var document = Json.object();
        document.put("openapi", "3.1.0");
        document.putObject("info").put("title", "Rialto").put("version", "1");
        document.putArray("servers").addObject().put("url", publicUrl);
        var paths = document.putObject("paths");
        for (var operation : operations) {
            var path = operation.path().replace("*}", "}");
            var at = paths.has(path) ? (ObjectNode) paths.get(path) : paths.putObject(path);
            describe(operation, at.putObject(operation.method().name().toLowerCase(Locale.ROOT)));
        }
        var schemes = document.putObject("components").putObject("securitySchemes");
        scheme(schemes, "app", "X-Parse-Application-Id");
        scheme(schemes, "master", "X-Parse-Master-Key");
        return document;
    }

    private static void describe(Operation operation, ObjectNode entry) {
        entry.put("operationId", operation.capability() + "." + operation.name());
        entry.put("summary", operation.summary());
        entry.putArray("tags").add(operation.capability());
        var parameters = entry.putArray("parameters");
        for (var segment : operation.path().split("/", -1)) {
            if (segment.startsWith("{")) {
                var parameter = parameters.addObject();
                parameter.put("name", segment.replace("*", "").substring(1).replace("}", ""));
                parameter.put("in", "path").put("required", true);
                parameter.putObject("schema").put("type", "string");
            }
        }
        for (var header : new TreeSet<>(operation.headers())) {
            var parameter = parameters.addObject().put("name", header).put("in", "header");
            parameter.putObject("schema").put("type", "string");
        }
        if (operation.access() != Access.PUBLIC) {
            var required = entry.putArray("security").addObject();
            required.putArray("app");
            if (operation.access() != Access.APP) {
                required.putArray("master");
            }
        }
        entry.putObject("responses").putObject("default").put("description", "the answer");
    }

    private static void scheme(ObjectNode schemes, String name, String header) {
        schemes.putObject(name).put("type", "apiKey").put("in", "header").put("name", header);
    }
}
