package dev.rialto.http;

import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Parameter;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A description of an API in OpenAPI 3.1 that is being written: operations and the shapes that
/// they name.
public final class ApiDescription {
    private static final String JSON = "application/json";
    private static final String BYTES = "application/octet-stream";
    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");

    private final ObjectNode document = Json.object();
    private final ObjectNode paths;
    private final ObjectNode schemas;
    private final Set<String> tags = new TreeSet<>();

    /// To OpenAPI, paths that differ only in the names of parameters are the same.
    private final Map<String, String> pathsByShape = new HashMap<>();

    ApiDescription(String title, String publicUrl) {
        document.put("openapi", "3.1.0");
        document.putObject("info").put("title", title).put("version", "1");
        document.putArray("servers").addObject().put("url", publicUrl);
        this.paths = document.putObject("paths");
        ObjectNode components = document.putObject("components");
        this.schemas = components.putObject("schemas");
        component(
                "Error",
                JsonSchema.object()
                        .with(
                                "code",
                                JsonSchema.integer().describedAs("What went wrong; see errors.md."))
                        .requiring(
                                "error",
                                JsonSchema.string().describedAs("What was wrong, for a person.")));
        ObjectNode schemes = components.putObject("securitySchemes");
        scheme(schemes, "app", "X-Parse-Application-Id", "The app's id.");
        scheme(schemes, "restKey", "X-Parse-REST-API-Key", "A client key, where the app has one.");
        scheme(schemes, "session", "X-Parse-Session-Token", "The session of a user.");
        scheme(schemes, "master", "X-Parse-Master-Key", "The master key: it may do everything.");
    }

    private static void scheme(ObjectNode schemes, String name, String header, String text) {
        schemes.putObject(name)
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", header)
                .put("description", text);
    }

    /// Names a shape, to be used as [JsonSchema#named].
    public void component(String name, JsonSchema schema) {
        schemas.set(name, schema.json());
    }

    /// Adds an operation as it is declared.
    public void add(Operation operation) {
        add(operation, operation.id(), operation.path(), operation.contract());
    }

    /// Adds an operation as it is for one thing of an app, such as a class.
    ///
    /// @param id unique in the API
    /// @param path with fixed segments where the operation's path has parameters
    /// @param contract what the operation takes and returns there
    public void add(Operation operation, String id, String path, Contract contract) {
        var written = withCommonNames(path);
        ObjectNode item =
                paths.get(written) instanceof ObjectNode known ? known : paths.putObject(written);
        var name = operation.method().name().toLowerCase(Locale.ROOT);
        if (item.has(name)) {
            throw new IllegalArgumentException("two operations at " + name + " " + written);
        }
        describe(operation, id, written, contract, item.putObject(name));
    }

    /// The description so far, to be kept.
    ObjectNode json() {
        ArrayNode all = Json.mapper().createArrayNode();
        tags.forEach(tag -> all.addObject().put("name", tag));
        ObjectNode copy = document.deepCopy();
        copy.set("tags", all);
        return copy;
    }

    /// The path with the names that its parameters had when such a path was met first.
    private String withCommonNames(String path) {
        var plain = path.replace("*}", "}");
        return pathsByShape.computeIfAbsent(PARAMETER.matcher(plain).replaceAll("{}"), _ -> plain);
    }

    private void describe(
            Operation operation, String id, String path, Contract contract, ObjectNode entry) {
        entry.put("operationId", id);
        entry.put("summary", contract.summary());
        if (!contract.description().isEmpty()) {
            entry.put("description", contract.description());
        }
        tags.add(operation.capability());
        entry.putArray("tags").add(operation.capability());
        contract.lifecycle()
                .deprecation()
                .ifPresent(instead ->
                        entry.put("deprecated", true)
                                .put(
                                        "description",
                                        (contract.description() + "\n\nDeprecated: " + instead)
                                                .strip()));
        var parameters = parameters(operation, path);
        if (!parameters.isEmpty()) {
            entry.set("parameters", parameters);
        }
        if (operation.method() != Method.GET && operation.method() != Method.DELETE) {
            requestBody(operation, contract, entry);
        }
        responses(operation, contract, entry);
        security(operation.access(), entry.putArray("security"));
    }

    private static ArrayNode parameters(Operation operation, String path) {
        var all = Json.mapper().createArrayNode();
        var inPath = PARAMETER.matcher(path);
        while (inPath.find()) {
            var parameter = all.addObject().put("name", inPath.group(1)).put("in", "path");
            parameter.put("required", true).putObject("schema").put("type", "string");
        }
        for (var each : operation.parameters()) {
            all.add(parameter(each));
        }
        return all;
    }

    private static ObjectNode parameter(Parameter parameter) {
        ObjectNode json =
                Json.object()
                        .put("name", parameter.name())
                        .put("in", parameter.in().name().toLowerCase(Locale.ROOT))
                        .put("description", parameter.description());
        ObjectNode schema = parameter.schema().json();
        if (schema.has("properties") || schema.path("type").asString("").equals("object")) {
            // An object travels in the query string as JSON.
            json.putObject("content").putObject(JSON).set("schema", schema);
        } else {
            json.set("schema", schema);
        }
        return json;
    }

    private static void requestBody(Operation operation, Contract contract, ObjectNode entry) {
        if (operation.has(Trait.UPLOAD)) {
            entry.putObject("requestBody")
                    .putObject("content")
                    .putObject(BYTES)
                    .putObject("schema");
        } else if (!contract.input().isAny()) {
            entry.putObject("requestBody")
                    .put("required", true)
                    .putObject("content")
                    .putObject(JSON)
                    .set("schema", contract.input().json());
        }
    }

    private static void responses(Operation operation, Contract contract, ObjectNode entry) {
        ObjectNode responses = entry.putObject("responses");
        ObjectNode success =
                responses
                        .putObject(Integer.toString(operation.status()))
                        .put("description", "Done.");
        if (!contract.output().isAny()) {
            success.putObject("content").putObject(JSON).set("schema", contract.output().json());
        }
        Map<Integer, List<ErrorCode>> byStatus =
                contract.sortedErrors().stream()
                        .collect(
                                Collectors.groupingBy(
                                        ErrorCode::status, TreeMap::new, Collectors.toList()));
        byStatus.forEach(
                (status, codes) -> error(responses, Integer.toString(status), text(codes)));
        error(responses, "default", "The request failed.");
    }

    private static String text(List<ErrorCode> codes) {
        List<String> texts = new ArrayList<>();
        codes.forEach(code -> texts.add(code.number() + " " + code.name()));
        return "Failed with code " + String.join(", ", texts) + ".";
    }

    private static void error(ObjectNode responses, String status, String description) {
        responses
                .putObject(status)
                .put("description", description)
                .putObject("content")
                .putObject(JSON)
                .set("schema", JsonSchema.named("Error").json());
    }

    /// Each alternative names all that must be sent together.
    private static void security(Access access, ArrayNode alternatives) {
        switch (access) {
            case PUBLIC -> {}
            case APP -> {
                alternatives.addObject().putArray("app");
                var withKey = alternatives.addObject();
                withKey.putArray("app");
                withKey.putArray("restKey");
                var withSession = alternatives.addObject();
                withSession.putArray("app");
                withSession.putArray("session");
                withMaster(alternatives);
            }
            case MASTER_READ, MASTER -> withMaster(alternatives);
        }
    }

    private static void withMaster(ArrayNode alternatives) {
        var alternative = alternatives.addObject();
        alternative.putArray("app");
        alternative.putArray("master");
    }
}
