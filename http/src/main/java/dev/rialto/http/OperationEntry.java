package dev.rialto.http;

import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.Contract.Failure;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import java.util.Comparator;
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

/// One operation in an API description: what OpenAPI calls an operation object.
final class OperationEntry {
    static final Pattern PATH_PARAMETER = Pattern.compile("\\{([^}]+)}");

    private static final String BYTES = "application/octet-stream";

    /// Bytes, as most generators of clients know them.
    private static final JsonSchema BINARY = JsonSchema.string("binary");

    private final Operation operation;
    private final Contract contract;

    /// @param contract what the operation takes and returns where it is described
    OperationEntry(Operation operation, Contract contract) {
        this.operation = operation;
        this.contract = contract;
    }

    /// @param id unique in the API
    /// @param ownPath where the operation is
    /// @param path the same with the names of parameters that the description uses
    ObjectNode json(String id, String ownPath, String path) {
        ObjectNode entry = Json.object().put("operationId", id).put("summary", contract.summary());
        var description = description();
        if (!description.isEmpty()) {
            entry.put("description", description);
        }
        if (contract.lifecycle().deprecation().isPresent()) {
            entry.put("deprecated", true);
        }
        entry.putArray("tags").add(operation.capability());
        var parameters = parameters(ownPath, path);
        if (!parameters.isEmpty()) {
            entry.set("parameters", parameters);
        }
        if (operation.method() != Method.GET && operation.method() != Method.DELETE) {
            requestBody(entry);
        }
        responses(entry.putObject("responses"));
        security(entry.putArray("security"));
        extensions(entry);
        return entry;
    }

    /// What OpenAPI has no word for.
    private void extensions(ObjectNode entry) {
        var metering = contract.metering();
        entry.put("x-rialto-meter", metering.meter()).put("x-rialto-cost", metering.cost());
        if (!contract.events().isEmpty()) {
            var events = entry.putArray("x-rialto-events");
            contract.events().stream().sorted().forEach(events::add);
        }
        if (operation.recordsRequestIds()) {
            entry.put("x-rialto-request-ids", true);
        }
        entry.put("x-rialto-since", contract.lifecycle().since());
        contract.lifecycle()
                .deprecation()
                .flatMap(Contract.Deprecation::sunset)
                .ifPresent(day -> entry.put("x-rialto-sunset", day.toString()));
    }

    private String description() {
        return contract.lifecycle()
                .deprecation()
                .map(each -> (contract.description() + "\n\nDeprecated: " + each.instead()).strip())
                .orElse(contract.description());
    }

    private ArrayNode parameters(String ownPath, String path) {
        var all = Json.mapper().createArrayNode();
        var own = PATH_PARAMETER.matcher(ownPath);
        var used = PATH_PARAMETER.matcher(path);
        while (own.find() && used.find()) {
            var parameter = all.addObject().put("name", used.group(1)).put("in", "path");
            if (!own.group(1).equals(used.group(1))) {
                parameter.put("description", "Here: " + own.group(1) + ".");
            }
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
        if (schema.has("$ref") || schema.path("type").asString("").equals("object")) {
            // An object travels in the query string as JSON. Most generators of clients don't know
            // parameters with `content`; all of them know Strings.
            json.putObject("schema")
                    .put("type", "string")
                    .put("contentMediaType", Operation.JSON)
                    .set("contentSchema", schema);
        } else {
            json.set("schema", schema);
        }
        return json;
    }

    private void requestBody(ObjectNode entry) {
        if (!contract.input().isAny()) {
            entry.putObject("requestBody")
                    .put("required", true)
                    .putObject("content")
                    .putObject(Operation.JSON)
                    .set("schema", contract.input().json());
        } else if (operation.has(Trait.UPLOAD)) {
            entry.putObject("requestBody")
                    .putObject("content")
                    .putObject(BYTES)
                    .set("schema", BINARY.json());
        }
    }

    private void responses(ObjectNode responses) {
        ObjectNode content =
                responses
                        .putObject(Integer.toString(operation.status()))
                        .put("description", "Done.")
                        .putObject("content")
                        .putObject(operation.mediaType());
        content.set("schema", output().json());
        Map<Integer, List<Failure>> byStatus =
                errors().stream()
                        .collect(
                                Collectors.groupingBy(
                                        each -> each.code().status(),
                                        TreeMap::new,
                                        Collectors.toList()));
        byStatus.forEach((status, failures) ->
                examples(error(responses, Integer.toString(status), text(failures)), failures));
        error(responses, "default", "The request failed.");
    }

    private JsonSchema output() {
        if (operation.mediaType().equals(Operation.JSON) || !contract.output().isAny()) {
            return contract.output();
        }
        return operation.mediaType().startsWith("text/") ? JsonSchema.string() : BINARY;
    }

    private Set<Failure> errors() {
        var all =
                new TreeSet<>(
                        Comparator.comparing(Failure::code).thenComparingInt(Failure::number));
        all.addAll(contract.errors());
        if (operation.access() != Access.PUBLIC) {
            all.add(Failure.of(ErrorCode.UNAUTHORIZED));
        }
        return all;
    }

    private static String text(List<Failure> failures) {
        return failures.stream()
                .map(each ->
                        each.number() == 0
                                ? each.meaning()
                                : each.number() + " (" + each.meaning() + ")")
                .collect(Collectors.joining(", ", "Failed: ", "."));
    }

    private static void examples(ObjectNode content, List<Failure> failures) {
        ObjectNode examples = content.putObject("examples");
        for (Failure each : failures) {
            boolean numbered = each.number() != 0;
            ObjectNode example =
                    examples.putObject(
                            numbered ? Integer.toString(each.number()) : each.code().name());
            example.put("summary", each.meaning());
            ObjectNode value = example.putObject("value");
            if (numbered) {
                value.put("code", each.number());
            }
            value.put("error", each.meaning());
        }
    }

    private static ObjectNode error(ObjectNode responses, String status, String description) {
        ObjectNode content =
                responses
                        .putObject(status)
                        .put("description", description)
                        .putObject("content")
                        .putObject(Operation.JSON);
        content.set("schema", JsonSchema.named("Error").json());
        return content;
    }

    /// Each alternative names all that must be sent together.
    private void security(ArrayNode alternatives) {
        switch (operation.access()) {
            case PUBLIC -> {}
            case APP -> {
                alternative(alternatives, "app");
                alternative(alternatives, "app", "restKey");
                alternative(alternatives, "app", "session");
                alternative(alternatives, "app", "restKey", "session");
                alternative(alternatives, "app", "master");
            }
            case MASTER_READ, MASTER -> alternative(alternatives, "app", "master");
        }
    }

    private static void alternative(ArrayNode alternatives, String... schemes) {
        var alternative = alternatives.addObject();
        for (String each : schemes) {
            alternative.putArray(each);
        }
    }
}
