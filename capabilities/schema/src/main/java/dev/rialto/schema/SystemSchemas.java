package dev.rialto.schema;

import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/// What the schemas of system classes must have, as their rules ask for it.
final class SystemSchemas {
    private final SystemClasses classes;

    SystemSchemas(SystemClasses classes) {
        this.classes = classes;
    }

    /// Whether every app's class of this name has the field.
    boolean hasField(String className, String field) {
        ClassRules classRules = classes.rules(className);
        return classRules != null
                && (classRules.fields().containsKey(field)
                        || classRules.hiddenFields().containsKey(field));
    }

    /// Whether all of them are there, with all of their fields.
    boolean areIn(Map<String, ClassSchema> schemas) {
        return classes.all().stream()
                .allMatch(each -> {
                    ClassSchema schema = schemas.get(each.className());
                    return schema != null && missing(each, schema).isEmpty();
                });
    }

    /// The class with the fields that its rules protect, for groups that its permissions do not
    /// mention.
    ClassSchema withProtection(ClassSchema schema) {
        ClassRules classRules = classes.rules(schema.name());
        ObjectNode wire = schema.permissions().wire();
        if (classRules == null
                || wire.path("protectedFields")
                        .propertyNames()
                        .containsAll(classRules.protectedFields().keySet())) {
            return schema;
        }
        ObjectNode effective = wire.deepCopy();
        ObjectNode hidden = effective.withObject("/protectedFields");
        classRules
                .protectedFields()
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

    /// The default permissions of a class.
    ObjectNode defaultPermissions(String className) {
        ObjectNode permissions = PermissionsReader.defaults();
        ClassRules classRules = classes.rules(className);
        if (classRules != null) {
            permissions
                    .withObject("/protectedFields")
                    .remove(classRules.protectedFields().keySet());
            permissions.setAll(classRules.defaultPermissions());
        }
        return permissions;
    }

    /// The fields that a class lacks.
    static SequencedMap<String, Field> missing(ClassRules rules, ClassSchema schema) {
        SequencedMap<String, Field> missing = new LinkedHashMap<>(rules.fields());
        missing.putAll(rules.hiddenFields());
        missing.keySet().removeAll(schema.fields().keySet());
        return missing;
    }
}
