package dev.rialto.spi;

import dev.rialto.kernel.JsonSchema;
import java.util.LinkedHashMap;
import java.util.Map;

/// The shapes of objects and of their values in API descriptions.
public final class ObjectSchemas {
    /// Any object of any class.
    public static final JsonSchema OBJECT = JsonSchema.named("Object");

    /// Fields to be set, and atomic operations on fields.
    public static final JsonSchema FIELDS = JsonSchema.named("Fields");

    /// What a create answers.
    public static final JsonSchema CREATED = JsonSchema.named("Created");

    /// What an update answers.
    public static final JsonSchema UPDATED = JsonSchema.named("Updated");

    /// A condition on fields.
    public static final JsonSchema WHERE = JsonSchema.named("Where");

    /// An object without properties: done, and nothing to say.
    public static final JsonSchema NOTHING = JsonSchema.named("Nothing");

    private ObjectSchemas() {}

    /// What a find answers whose objects have this shape.
    public static JsonSchema results(JsonSchema object) {
        return JsonSchema.object()
                .requiring("results", JsonSchema.array(object))
                .with("count", JsonSchema.integer().describedAs("If `count=1` was asked for."));
    }

    /// The fields that the server keeps in every object.
    public static JsonSchema kept() {
        return JsonSchema.object()
                .requiring("objectId", JsonSchema.string())
                .requiring("createdAt", JsonSchema.string("date-time"))
                .requiring("updatedAt", JsonSchema.string("date-time"))
                .with("ACL", JsonSchema.named("ACL"));
    }

    /// All shapes that have names.
    public static Map<String, JsonSchema> components() {
        Map<String, JsonSchema> all = new LinkedHashMap<>();
        all.put(
                "Object",
                kept().describedAs("An object; its other fields are those of its class."));
        all.put(
                "Fields",
                JsonSchema.object()
                        .describedAs(
                                "Fields by name: values, or operations such as"
                                        + " `{\"__op\":\"Increment\",\"amount\":1}`."));
        all.put(
                "Created",
                JsonSchema.object()
                        .requiring("objectId", JsonSchema.string())
                        .requiring("createdAt", JsonSchema.string("date-time")));
        all.put(
                "Updated",
                JsonSchema.object().requiring("updatedAt", JsonSchema.string("date-time")));
        all.put(
                "Where",
                JsonSchema.object()
                        .describedAs(
                                "A condition, such as"
                                        + " `{\"score\":{\"$gt\":10},\"name\":\"Ada\"}`."));
        all.put("Nothing", JsonSchema.object());
        all.put(
                "ACL",
                JsonSchema.map(
                                JsonSchema.object()
                                        .with("read", JsonSchema.bool())
                                        .with("write", JsonSchema.bool()))
                        .describedAs("Rights by user id, `role:NAME`, or `*` for everybody."));
        all.put("Date", typed("Date").requiring("iso", JsonSchema.string("date-time")));
        all.put("Bytes", typed("Bytes").requiring("base64", JsonSchema.string()));
        all.put(
                "Pointer",
                typed("Pointer")
                        .requiring("className", JsonSchema.string())
                        .requiring("objectId", JsonSchema.string()));
        all.put("Relation", typed("Relation").requiring("className", JsonSchema.string()));
        all.put(
                "File",
                typed("File")
                        .requiring("name", JsonSchema.string())
                        .with("url", JsonSchema.string("uri")));
        all.put(
                "GeoPoint",
                typed("GeoPoint")
                        .requiring("latitude", JsonSchema.number())
                        .requiring("longitude", JsonSchema.number()));
        all.put(
                "Polygon",
                typed("Polygon")
                        .requiring(
                                "coordinates",
                                JsonSchema.array(JsonSchema.array(JsonSchema.number()))));
        return all;
    }

    private static JsonSchema typed(String type) {
        return JsonSchema.object().requiring("__type", JsonSchema.oneOf(type));
    }
}
