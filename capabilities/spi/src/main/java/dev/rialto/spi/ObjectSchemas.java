package dev.rialto.spi;

import dev.rialto.kernel.JsonSchema;
import java.util.LinkedHashMap;
import java.util.Map;

/// The shapes of objects and of their values in API descriptions. Those of one class are
/// [ClassShapes].
public final class ObjectSchemas {
    /// A condition on fields.
    public static final JsonSchema WHERE = JsonSchema.named("Where");

    /// An object without properties: done, and nothing to say.
    public static final JsonSchema NOTHING = JsonSchema.named("Nothing");

    private ObjectSchemas() {}

    /// The fields that the server keeps in every object.
    public static JsonSchema kept() {
        return JsonSchema.object()
                .requiring("objectId", JsonSchema.string())
                .requiring("createdAt", JsonSchema.string("date-time"))
                .requiring("updatedAt", JsonSchema.string("date-time"))
                .with("ACL", JsonSchema.named("ACL"));
    }

    /// What every create answers.
    public static JsonSchema created() {
        return JsonSchema.object()
                .requiring("objectId", JsonSchema.string())
                .requiring("createdAt", JsonSchema.string("date-time"));
    }

    /// What every update answers.
    public static JsonSchema updated() {
        return JsonSchema.object().requiring("updatedAt", JsonSchema.string("date-time"));
    }

    /// A pointer to an object of one class.
    public static JsonSchema pointerTo(String className) {
        return typed("Pointer")
                .requiring("className", JsonSchema.oneOf(className))
                .requiring("objectId", JsonSchema.string());
    }

    /// All shapes that have names, beside those of single classes.
    public static Map<String, JsonSchema> components() {
        Map<String, JsonSchema> all = new LinkedHashMap<>();
        ofAnyClass(all);
        values(all);
        operations(all);
        return all;
    }

    private static void ofAnyClass(Map<String, JsonSchema> all) {
        var acl = JsonSchema.object().with("ACL", JsonSchema.named("ACL"));
        all.put(
                "Object",
                kept().open().describedAs("An object; its other fields are those of its class."));
        all.put("Create", acl.open().describedAs("The fields of a new object by name."));
        all.put(
                "Update",
                acl.open()
                        .describedAs(
                                "Fields by name: values, or operations such as"
                                        + " `{\"__op\":\"Increment\",\"amount\":1}`."));
        all.put("Created", created().open());
        all.put("Updated", updated().open());
        all.put(
                "Where",
                JsonSchema.object()
                        .describedAs(
                                "A condition, such as"
                                        + " `{\"score\":{\"$gt\":10},\"name\":\"Ada\"}`."));
        all.put("Nothing", JsonSchema.empty());
    }

    private static void values(Map<String, JsonSchema> all) {
        all.put(
                "ACL",
                JsonSchema.map(
                                JsonSchema.object()
                                        .with("read", JsonSchema.bool())
                                        .with("write", JsonSchema.bool()))
                        .describedAs("Rights by user id, `role:NAME`, or `*` for everybody."));
        all.put("Date", typed("Date").requiring("iso", JsonSchema.string("date-time")));
        all.put("Bytes", typed("Bytes").requiring("base64", JsonSchema.string()));
        all.put("Pointer", pointer("Pointer"));
        all.put(
                "Included",
                pointer("Object")
                        .open()
                        .describedAs("What a pointer refers to, when `include` asked for it."));
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
    }

    private static void operations(Map<String, JsonSchema> all) {
        var elements = JsonSchema.array(JsonSchema.any());
        var pointers = JsonSchema.array(JsonSchema.named("Pointer"));
        all.put(
                "IncrementOp",
                operation("Increment")
                        .requiring("amount", JsonSchema.number())
                        .describedAs("Adds to the number."));
        all.put("DeleteOp", operation("Delete").describedAs("Removes the field."));
        all.put(
                "AddOp",
                operation("Add")
                        .requiring("objects", elements)
                        .describedAs("Adds elements at the end."));
        all.put(
                "AddUniqueOp",
                operation("AddUnique")
                        .requiring("objects", elements)
                        .describedAs("Adds the elements that are not there yet."));
        all.put(
                "RemoveOp",
                operation("Remove")
                        .requiring("objects", elements)
                        .describedAs("Removes these elements wherever they are."));
        all.put("AddRelationOp", operation("AddRelation").requiring("objects", pointers));
        all.put("RemoveRelationOp", operation("RemoveRelation").requiring("objects", pointers));
        all.put(
                "BatchOp",
                operation("Batch")
                        .requiring(
                                "ops",
                                JsonSchema.array(
                                        JsonSchema.anyOf(
                                                JsonSchema.named("AddRelationOp"),
                                                JsonSchema.named("RemoveRelationOp")))));
    }

    private static JsonSchema pointer(String type) {
        return typed(type)
                .requiring("className", JsonSchema.string())
                .requiring("objectId", JsonSchema.string());
    }

    private static JsonSchema typed(String type) {
        return JsonSchema.object().requiring("__type", JsonSchema.oneOf(type));
    }

    private static JsonSchema operation(String name) {
        return JsonSchema.object().requiring("__op", JsonSchema.oneOf(name));
    }
}
