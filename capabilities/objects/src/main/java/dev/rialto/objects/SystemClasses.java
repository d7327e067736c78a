package dev.rialto.objects;

import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.objects.spi.ClassRules;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// The classes that every app has, as their rules ask for them.
final class SystemClasses {
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

    /// The class with the fields that its rules always protect, beside those that were set.
    ClassSchema withProtection(ClassSchema schema) {
        ClassRules special = rules.get(schema.name());
        if (special == null || special.protectedFields().isEmpty()) {
            return schema;
        }
        ClassPermissions set = schema.permissions();
        Map<String, Set<String>> hidden = new HashMap<>(set.protectedFields());
        special.protectedFields()
                .forEach((group, fields) ->
                        hidden.merge(
                                group,
                                fields,
                                (a, b) -> {
                                    Set<String> both = new HashSet<>(a);
                                    both.addAll(b);
                                    return both;
                                }));
        return new ClassSchema(
                schema.name(),
                schema.fields(),
                new ClassPermissions(
                        set.grants(),
                        set.readUserFields(),
                        set.writeUserFields(),
                        hidden,
                        set.wire()),
                schema.indexes(),
                schema.version());
    }

    /// A class that nobody has made yet: it lets everybody do what a class made by a first object
    /// would.
    static ClassSchema unborn(String className) {
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
