package dev.rialto.objects;

import dev.rialto.kernel.JsonSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.ObjectSchemas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The shapes of one class's objects in API descriptions, made of its fields.
final class FieldShapes {
    private static final Set<String> KEPT = Set.of("objectId", "createdAt", "updatedAt", "ACL");

    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Set<String> writeOnly;
    private final Map<String, JsonSchema> besides;

    /// @param rules those of the class, if it is one that every app has
    FieldShapes(Map<String, Field> all, @Nullable ClassRules rules) {
        this.writeOnly = rules == null ? Set.of() : rules.writeOnlyFields();
        this.besides = rules == null ? Map.of() : rules.besidesFields();
        all.forEach((name, field) -> {
            if (!KEPT.contains(name) && !name.startsWith("_")) {
                fields.put(name, field);
            }
        });
    }

    /// All of them by their names: see [dev.rialto.spi.ClassShapes].
    Map<String, JsonSchema> all(String className) {
        Map<String, JsonSchema> read = each(field -> read(field.type()));
        read.keySet().removeAll(writeOnly);
        Map<String, JsonSchema> all = new LinkedHashMap<>();
        all.put(className + "Object", ObjectSchemas.kept().with(read).with(besides));
        all.put(className + "Create", create());
        all.put(className + "Update", writable().with(each(FieldShapes::change)));
        all.put(className + "Created", ObjectSchemas.created().with(read).with(besides));
        all.put(className + "Updated", ObjectSchemas.updated().with(read));
        return all;
    }

    private JsonSchema create() {
        List<String> required =
                fields.entrySet().stream()
                        .filter(each -> each.getValue().required())
                        .filter(each -> each.getValue().defaultValue().isEmpty())
                        .map(Map.Entry::getKey)
                        .toList();
        return writable().with(each(field -> write(field.type()))).requiring(required);
    }

    private static JsonSchema writable() {
        return JsonSchema.object().with("ACL", JsonSchema.named("ACL"));
    }

    private Map<String, JsonSchema> each(Function<Field, JsonSchema> shape) {
        Map<String, JsonSchema> all = new LinkedHashMap<>();
        fields.forEach((name, field) -> all.put(name, shape.apply(field)));
        return all;
    }

    private static JsonSchema change(Field field) {
        JsonSchema value = write(field.type());
        return field.required() || field.type() instanceof FieldType.Relation
                ? value
                : JsonSchema.anyOf(value, JsonSchema.named("DeleteOp"));
    }

    private static JsonSchema read(FieldType type) {
        return type instanceof FieldType.Pointer
                ? JsonSchema.anyOf(value(type), JsonSchema.named("Included"))
                : value(type);
    }

    private static JsonSchema write(FieldType type) {
        return switch (type) {
            case FieldType.Number _ ->
                    JsonSchema.anyOf(value(type), JsonSchema.named("IncrementOp"));
            case FieldType.Array _ ->
                    JsonSchema.anyOf(
                            value(type),
                            JsonSchema.named("AddOp"),
                            JsonSchema.named("AddUniqueOp"),
                            JsonSchema.named("RemoveOp"));
            case FieldType.Relation _ ->
                    JsonSchema.anyOf(
                            JsonSchema.named("AddRelationOp"),
                            JsonSchema.named("RemoveRelationOp"),
                            JsonSchema.named("BatchOp"));
            case FieldType.Text _,
                    FieldType.Bool _,
                    FieldType.Obj _,
                    FieldType.Date _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.File _,
                    FieldType.Bytes _,
                    FieldType.Acl _,
                    FieldType.Pointer _ ->
                    value(type);
        };
    }

    private static JsonSchema value(FieldType type) {
        return switch (type) {
            case FieldType.Text _ -> JsonSchema.string();
            case FieldType.Number _ -> JsonSchema.number();
            case FieldType.Bool _ -> JsonSchema.bool();
            case FieldType.Obj _ -> JsonSchema.object();
            case FieldType.Array _ -> JsonSchema.array(JsonSchema.any());
            case FieldType.Pointer(String target) -> ObjectSchemas.pointerTo(target);
            case FieldType.Date _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.File _,
                    FieldType.Bytes _,
                    FieldType.Acl _,
                    FieldType.Relation _ ->
                    JsonSchema.named(type.wireName());
        };
    }
}
