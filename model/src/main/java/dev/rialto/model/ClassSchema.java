package dev.rialto.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/// A class: its fields in order, its permissions and its indexes.
///
/// @param fields includes the fields every class has: objectId, createdAt, updatedAt, ACL
/// @param permissions class-level permissions
/// @param indexes index name to the fields and directions, as in Parse's schema API
/// @param version grows with each change of this class; names a state of the class in caches
public record ClassSchema(
        String name,
        SequencedMap<String, Field> fields,
        ClassPermissions permissions,
        SequencedMap<String, ObjectNode> indexes,
        long version) {
    public ClassSchema {
        fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
        indexes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(indexes));
    }

    /// The class that is queried instead of this one when a query is redirected by a field: the one
    /// that the field refers to, or this one.
    public String redirectedBy(String field) {
        return switch (type(field).orElse(null)) {
            case FieldType.Pointer(var target) -> target;
            case FieldType.Relation(var target) -> target;
            case null, default -> name;
        };
    }

    public Optional<FieldType> type(String field) {
        return Optional.ofNullable(fields.get(field)).map(Field::type);
    }
}
