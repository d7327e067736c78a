package dev.rialto.schema;

import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.spi.ClassRules;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/// The classes that every app has, as their rules ask for them.
public final class SystemClasses {
    private final Map<String, ClassRules> rules;

    SystemClasses(Map<String, ClassRules> rules) {
        this.rules = rules;
    }

    /// Whether every app's class of this name has the field.
    boolean hasField(String className, String field) {
        ClassRules special = rules.get(className);
        return special != null
                && (special.fields().containsKey(field)
                        || special.hiddenFields().containsKey(field));
    }

    /// Whether all of them are there, with all of their fields.
    boolean areIn(Map<String, ClassSchema> classes) {
        return rules.values().stream()
                .allMatch(each -> {
                    ClassSchema schema = classes.get(each.className());
                    return schema != null && missing(each, schema).isEmpty();
                });
    }

    /// The class with the fields that its rules protect from the groups for which its permissions
    /// say nothing.
    ClassSchema withProtection(ClassSchema schema) {
        ClassRules special = rules.get(schema.name());
        ObjectNode wire = schema.permissions().wire();
        if (special == null
                || wire.path("protectedFields")
                        .propertyNames()
                        .containsAll(special.protectedFields().keySet())) {
            return schema;
        }
        ObjectNode effective = wire.deepCopy();
        ObjectNode hidden = effective.withObject("/protectedFields");
        special.protectedFields()
                .forEach((group, fields) -> {
                    if (!hidden.has(group)) {
                        fields.forEach(hidden.putArray(group)::add);
                    }
                });
        return new ClassSchema(
                schema.name(),
                schema.fields(),
                PermissionsReader.read(effective),
                schema.indexes(),
                schema.version());
    }

    /// What a class has when nothing was set.
    ObjectNode defaultPermissions(String className) {
        ObjectNode permissions = PermissionsReader.defaults();
        ClassRules special = rules.get(className);
        if (special != null) {
            permissions.withObject("/protectedFields").remove(special.protectedFields().keySet());
            permissions.setAll(special.defaultPermissions());
        }
        return permissions;
    }

    /// A class that nobody has made yet: it lets everybody do what a class made by a first object
    /// would.
    public static ClassSchema unborn(String className) {
        return new ClassSchema(
                className,
                new LinkedHashMap<>(),
                PermissionsReader.read(PermissionsReader.defaults()),
                new LinkedHashMap<>(),
                0);
    }

    /// The fields that a class lacks.
    static SequencedMap<String, Field> missing(ClassRules rules, ClassSchema schema) {
        SequencedMap<String, Field> missing = new LinkedHashMap<>(rules.fields());
        missing.putAll(rules.hiddenFields());
        missing.keySet().removeAll(schema.fields().keySet());
        return missing;
    }
}
