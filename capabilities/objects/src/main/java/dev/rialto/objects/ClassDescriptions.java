package dev.rialto.objects;

import dev.rialto.http.ApiDescriber;
import dev.rialto.http.ApiDescription;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassShapes;
import dev.rialto.spi.ObjectSchemas;
import dev.rialto.spi.SystemClasses;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Describes the classes of an app: their shapes, and the operations on the objects of each class
/// that the app defined under the class's own path.
final class ClassDescriptions implements ApiDescriber {
    private static final String CLASS_IN_PATH = "{className}";

    private final Schemas schemas;
    private final SystemClasses classes;
    private final List<Operation> operations;

    /// @param classes those that every app has, which have operations of their own
    /// @param operations those that are the same for every class
    ClassDescriptions(Schemas schemas, SystemClasses classes, List<Operation> operations) {
        this.schemas = schemas;
        this.classes = classes;
        this.operations = List.copyOf(operations);
    }

    @Override
    public Map<String, JsonSchema> components() {
        Map<String, JsonSchema> all = new LinkedHashMap<>(ObjectSchemas.components());
        classes.all().forEach(each -> all.putAll(shapes(each.className(), each.fields())));
        return all;
    }

    @Override
    public void describe(App app, ApiDescription api) {
        schemas.all(app).stream()
                .sorted(Comparator.comparing(ClassSchema::name))
                .forEach(each -> describe(each, api));
    }

    private void describe(ClassSchema schema, ApiDescription api) {
        boolean ofEveryApp = classes.contains(schema.name());
        if (!ofEveryApp && ClassNames.isReserved(schema.name())) {
            return;
        }
        shapes(schema.name(), schema.fields()).forEach(api::component);
        if (ofEveryApp) {
            return;
        }
        for (var operation : operations) {
            api.put(
                    operation,
                    operation.id() + "-" + schema.name(),
                    operation.path().replace(CLASS_IN_PATH, schema.name()),
                    contract(operation.contract(), new ClassShapes(schema.name())));
        }
    }

    private Map<String, JsonSchema> shapes(String className, Map<String, Field> fields) {
        return new FieldShapes(fields, classes.rules(className)).all(className);
    }

    /// The operation's contract with the shapes of one class.
    private static Contract contract(Contract general, ClassShapes shapes) {
        var names = shapes.namesForAny();
        return new Contract(
                general.summary(),
                general.description(),
                general.input().referringTo(names),
                general.output().referringTo(names),
                general.errors(),
                general.events(),
                general.metering(),
                general.lifecycle());
    }
}
