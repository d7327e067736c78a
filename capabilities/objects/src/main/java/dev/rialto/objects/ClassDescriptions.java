package dev.rialto.objects;

import dev.rialto.http.ApiDescriber;
import dev.rialto.http.ApiDescription;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.spi.ObjectSchemas;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Describes the classes of an app: a shape for each, and the operations on its objects under the
/// class's own path.
final class ClassDescriptions implements ApiDescriber {
    private static final String PATH = "/classes/{className}";
    private static final Set<String> KEPT = Set.of("objectId", "createdAt", "updatedAt", "ACL");

    private final Schemas schemas;
    private final List<Operation> operations;

    /// @param operations those of [ObjectRoutes]
    ClassDescriptions(Schemas schemas, List<Operation> operations) {
        this.schemas = schemas;
        this.operations = List.copyOf(operations);
    }

    @Override
    public Map<String, JsonSchema> components() {
        return ObjectSchemas.components();
    }

    @Override
    public void describe(App app, ApiDescription api) {
        schemas.all(app).stream()
                // The others have operations of their own, such as those of users.
                .filter(each -> !each.name().startsWith("_"))
                .sorted(Comparator.comparing(ClassSchema::name))
                .forEach(each -> describe(each, api));
    }

    private void describe(ClassSchema schema, ApiDescription api) {
        var object = schema.name() + "Object";
        var fields = schema.name() + "Fields";
        api.component(object, object(schema));
        api.component(fields, fields(schema));
        for (var operation : operations) {
            api.add(
                    operation,
                    operation.id() + "-" + schema.name(),
                    operation.path().replace(PATH, "/classes/" + schema.name()),
                    contract(operation, JsonSchema.named(object), JsonSchema.named(fields)));
        }
    }

    /// The operation's contract with the shapes of one class.
    private static Contract contract(Operation operation, JsonSchema object, JsonSchema fields) {
        var general = operation.contract();
        return new Contract(
                general.summary(),
                general.description(),
                general.input().equals(ObjectSchemas.FIELDS) ? fields : general.input(),
                general.output().equals(ObjectSchemas.OBJECT)
                        ? object
                        : general.output().equals(ObjectSchemas.results(ObjectSchemas.OBJECT))
                                ? ObjectSchemas.results(object)
                                : general.output(),
                general.errors(),
                general.events(),
                general.metering(),
                general.lifecycle());
    }

    private static JsonSchema object(ClassSchema schema) {
        var object = ObjectSchemas.kept();
        for (var each : schema.fields().entrySet()) {
            if (isOwn(each.getKey())) {
                object = object.with(each.getKey(), shape(each.getValue().type()));
            }
        }
        return object;
    }

    private static JsonSchema fields(ClassSchema schema) {
        var fields = JsonSchema.object().with("ACL", JsonSchema.named("ACL"));
        for (var each : schema.fields().entrySet()) {
            if (isOwn(each.getKey())) {
                Field field = each.getValue();
                fields = fields.with(each.getKey(), shape(field.type()));
            }
        }
        return fields;
    }

    private static boolean isOwn(String field) {
        return !KEPT.contains(field) && !field.startsWith("_");
    }

    private static JsonSchema shape(FieldType type) {
        return switch (type) {
            case FieldType.Text _ -> JsonSchema.string();
            case FieldType.Number _ -> JsonSchema.number();
            case FieldType.Bool _ -> JsonSchema.bool();
            case FieldType.Obj _ -> JsonSchema.object();
            case FieldType.Array _ -> JsonSchema.array(JsonSchema.any());
            case FieldType.Date _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.File _,
                    FieldType.Bytes _,
                    FieldType.Acl _,
                    FieldType.Pointer _,
                    FieldType.Relation _ ->
                    JsonSchema.named(type.wireName());
        };
    }
}
