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
        ClassRules special = classes.rules(className);
        return special != null
                && (special.fields().containsKey(field)
                        || special.hiddenFields().containsKey(field));
    }

    /// Whether all of them are there, with all of their fields.
    boolean areIn(Map<String, ClassSchema> schemas) {
        return classes.all().stream()
                .allMatch(each -> {
                    ClassSchema schema = schemas.get(each.className());
                    return schema != null && missing(each, schema).isEmpty();
                });
    }

    /// The class with the fields that its rules protect from the groups for which its permissions
    /// say nothing.
    ClassSchema withProtection(ClassSchema schema) {
        ClassRules special = classes.rules(schema.name());
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
        ClassRules special = classes.rules(className);
        if (special != null) {
            permissions.withObject("/protectedFields").remove(special.protectedFields().keySet());
            permissions.setAll(special.defaultPermissions());
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
