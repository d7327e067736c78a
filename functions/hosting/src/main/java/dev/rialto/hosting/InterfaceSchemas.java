package dev.rialto.hosting;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.http.ApiDescription;
import dev.rialto.kernel.JsonSchema;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What an interface takes and returns, as shapes of an API description. What its schemas define
/// for themselves becomes components of the description; they refer to nothing outside of it,
/// whatever a micro app says.
final class InterfaceSchemas {
    private static final Pattern DEFINITION = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
    private static final String DEFINITIONS = "#/$defs/";
    private static final Set<String> PLACES =
            Set.of("$defs", "$schema", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor");

    private final String address;
    private final InterfaceDescriptor descriptor;
    private final ApiDescription api;

    InterfaceSchemas(String address, InterfaceDescriptor descriptor, ApiDescription api) {
        this.address = address;
        this.descriptor = descriptor;
        this.api = api;
    }

    /// Whether it is given the whole of a request.
    boolean takesRequest() {
        return isFormat(descriptor.contract().input().json(), "http-request");
    }

    /// Whether it makes the whole of an answer.
    boolean answersWholly() {
        return isFormat(descriptor.contract().output().json(), "http-response");
    }

    private static boolean isFormat(JsonNode schema, String format) {
        return schema.path("format").asString("").equals(format);
    }

    /// Its input; any value when it takes nothing.
    JsonSchema input() {
        return inputWithout(Set.of());
    }

    /// Its input without properties that are sent in the path.
    JsonSchema inputWithout(Set<String> properties) {
        ObjectNode schema = descriptor.contract().input().json();
        if (isType(schema, "null")) {
            return JsonSchema.any();
        }
        if (schema.isEmpty() || takesRequest()) {
            return JsonSchema.object();
        }
        if (schema.path("properties") instanceof ObjectNode all) {
            all.remove(properties);
        }
        if (schema.path("required").isArray()) {
            schema.withArray("/required").removeIf(each -> properties.contains(each.asString("")));
        }
        return component(inputName(properties), schema);
    }

    /// Endpoints of one interface may have paths with different parameters.
    private String inputName(Set<String> without) {
        return without.isEmpty()
                ? address + "-input"
                : address + "-input-without-" + String.join("-", new TreeSet<>(without));
    }

    JsonSchema output() {
        JsonNode schema = descriptor.contract().output().json();
        return schema.isEmpty() ? JsonSchema.any() : component(address + "-output", schema);
    }

    /// What a call of the function answers: its output as `result`, which is absent when it is
    /// null.
    JsonSchema result() {
        JsonNode schema = descriptor.contract().output().json();
        if (isType(schema, "null")) {
            return JsonSchema.empty();
        }
        return mayBeNull(schema)
                ? JsonSchema.object().with("result", output())
                : JsonSchema.object().requiring("result", output());
    }

    private static boolean mayBeNull(JsonNode schema) {
        return schema.isEmpty()
                || schema.path("type")
                        .valueStream()
                        .anyMatch(each -> each.asString("").equals("null"))
                || schema.path("anyOf").valueStream().anyMatch(each -> isType(each, "null"));
    }

    private static boolean isType(JsonNode schema, String type) {
        return schema.path("type").asString("").equals(type);
    }

    private JsonSchema component(String name, JsonNode schema) {
        JsonNode definitions = schema.path("$defs");
        for (var each : definitions.properties()) {
            if (DEFINITION.matcher(each.getKey()).matches()) {
                api.component(
                        name + "-" + each.getKey(),
                        JsonSchema.of(within(name, each.getValue(), definitions)));
            }
        }
        api.component(name, JsonSchema.of(within(name, schema, definitions)));
        return JsonSchema.named(name);
    }

    /// A copy that refers to components in place of definitions.
    private static JsonNode within(String name, JsonNode schema, JsonNode definitions) {
        JsonNode copy = schema.deepCopy();
        move(name, copy, definitions);
        return copy;
    }

    private static void move(String name, JsonNode node, JsonNode definitions) {
        if (node instanceof ObjectNode object) {
            if (object.path("$ref").isString()) {
                refer(name, object, definitions);
            }
            PLACES.forEach(place -> {
                if (place.equals("$defs") || object.path(place).isString()) {
                    object.remove(place);
                }
            });
        }
        node.forEach(each -> move(name, each, definitions));
    }

    private static void refer(String name, ObjectNode reference, JsonNode definitions) {
        String target = reference.path("$ref").stringValue();
        String definition =
                target.startsWith(DEFINITIONS) ? target.substring(DEFINITIONS.length()) : "";
        if (target.equals("#")) {
            reference.set("$ref", JsonSchema.named(name).json().path("$ref"));
        } else if (definitions.has(definition) && DEFINITION.matcher(definition).matches()) {
            reference.set("$ref", JsonSchema.named(name + "-" + definition).json().path("$ref"));
        } else {
            reference.remove("$ref");
        }
    }
}
