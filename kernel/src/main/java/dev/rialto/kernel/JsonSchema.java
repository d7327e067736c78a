package dev.rialto.kernel;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The schema of a JSON value, in JSON Schema (draft 2020-12, the one of OpenAPI 3.1). Immutable.
public final class JsonSchema {
    private static final String COMPONENTS = "#/components/schemas/";

    private final ObjectNode json;

    private JsonSchema(ObjectNode json) {
        this.json = json;
    }

    /// Any value.
    public static JsonSchema any() {
        return new JsonSchema(Json.object());
    }

    public static JsonSchema string() {
        return ofType("string");
    }

    /// A String of a format that JSON Schema knows, such as `date-time` or `uri`.
    public static JsonSchema string(String format) {
        return new JsonSchema(Json.object().put("type", "string").put("format", format));
    }

    /// One of these Strings.
    public static JsonSchema oneOf(String... values) {
        ObjectNode json = Json.object().put("type", "string");
        var all = json.putArray("enum");
        List.of(values).forEach(all::add);
        return new JsonSchema(json);
    }

    public static JsonSchema integer() {
        return ofType("integer");
    }

    public static JsonSchema number() {
        return ofType("number");
    }

    public static JsonSchema bool() {
        return ofType("boolean");
    }

    /// An object; without [#with] it may have any properties.
    public static JsonSchema object() {
        return ofType("object");
    }

    /// An object of values that all have one shape, by any names.
    public static JsonSchema map(JsonSchema values) {
        ObjectNode json = Json.object().put("type", "object");
        json.set("additionalProperties", values.json());
        return new JsonSchema(json);
    }

    /// An object that has no properties.
    public static JsonSchema empty() {
        return new JsonSchema(
                Json.object().put("type", "object").put("additionalProperties", false));
    }

    /// A value of one or more of these shapes.
    public static JsonSchema anyOf(JsonSchema... shapes) {
        return combined("anyOf", shapes);
    }

    /// A value of all of these shapes at once.
    public static JsonSchema allOf(JsonSchema... shapes) {
        return combined("allOf", shapes);
    }

    private static JsonSchema combined(String keyword, JsonSchema... shapes) {
        ObjectNode json = Json.object();
        var all = json.putArray(keyword);
        for (JsonSchema each : shapes) {
            if (each.json.size() == 1 && each.json.path(keyword) instanceof ArrayNode inner) {
                all.addAll(inner.deepCopy());
            } else {
                all.add(each.json());
            }
        }
        return new JsonSchema(json);
    }

    public static JsonSchema array(JsonSchema elements) {
        ObjectNode json = Json.object().put("type", "array");
        json.set("items", elements.json());
        return new JsonSchema(json);
    }

    /// The shape that an API description names among its components.
    public static JsonSchema named(String component) {
        return new JsonSchema(Json.object().put("$ref", COMPONENTS + component));
    }

    /// A schema that was written elsewhere.
    ///
    /// @param json what is not an object stands for any value
    public static JsonSchema of(JsonNode json) {
        return json instanceof ObjectNode object ? new JsonSchema(object.deepCopy()) : any();
    }

    /// This object with a property that it may have.
    public JsonSchema with(String property, JsonSchema schema) {
        ObjectNode copy = json.deepCopy();
        copy.withObject("/properties").set(property, schema.json());
        return new JsonSchema(copy);
    }

    /// This object with a property that it always has.
    public JsonSchema requiring(String property, JsonSchema schema) {
        ObjectNode copy = with(property, schema).json;
        copy.withArray("/required").add(property);
        return new JsonSchema(copy);
    }

    /// This object with properties that it may have.
    public JsonSchema with(Map<String, JsonSchema> properties) {
        ObjectNode copy = json.deepCopy();
        ObjectNode all = copy.withObject("/properties");
        properties.forEach((name, schema) -> all.set(name, schema.json()));
        return new JsonSchema(copy);
    }

    /// This object, which always has these of its properties.
    public JsonSchema requiring(Collection<String> properties) {
        if (properties.isEmpty()) {
            return this;
        }
        ObjectNode copy = json.deepCopy();
        properties.forEach(copy.withArray("/required")::add);
        return new JsonSchema(copy);
    }

    /// This object, which may have any properties beside those it names.
    public JsonSchema open() {
        return new JsonSchema(json.deepCopy().put("additionalProperties", true));
    }

    /// This shape with a sentence about it.
    public JsonSchema describedAs(String description) {
        return new JsonSchema(json.deepCopy().put("description", description));
    }

    /// This shape with other components in place of those that it refers to.
    ///
    /// @param names the names of components to the names that take their place
    public JsonSchema referringTo(Map<String, String> names) {
        ObjectNode copy = json.deepCopy();
        rename(copy, names);
        return new JsonSchema(copy);
    }

    private static void rename(JsonNode node, Map<String, String> names) {
        if (node instanceof ObjectNode object
                && object.path("$ref").asString("").startsWith(COMPONENTS)) {
            String name = object.path("$ref").stringValue().substring(COMPONENTS.length());
            object.put("$ref", COMPONENTS + names.getOrDefault(name, name));
        }
        node.forEach(each -> rename(each, names));
    }

    /// Whether nothing is known of the shape.
    public boolean isAny() {
        return json.isEmpty();
    }

    /// Whether the schema names this format.
    public boolean isOfFormat(String format) {
        return json.path("format").asString("").equals(format);
    }

    /// The schema as JSON, to be kept or changed.
    public ObjectNode json() {
        return json.deepCopy();
    }

    private static JsonSchema ofType(String type) {
        return new JsonSchema(Json.object().put("type", type));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonSchema schema && schema.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
