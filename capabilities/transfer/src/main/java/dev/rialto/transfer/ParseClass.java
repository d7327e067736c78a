package dev.rialto.transfer;

import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/// A class of a Parse Server.
///
/// @param fields without those that every class has, and without hidden columns
/// @param permissions in Parse's form, empty if they were never set
public record ParseClass(
        String name, SequencedMap<String, Field> fields, Optional<ObjectNode> permissions) {
    public ParseClass {
        fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    Optional<FieldType> type(String field) {
        return Optional.ofNullable(fields.get(field)).map(Field::type);
    }

    /// The same class with only those of its fields that a class here has as well.
    ParseClass within(ClassSchema schema) {
        SequencedMap<String, Field> kept = new LinkedHashMap<>(fields);
        kept.keySet().retainAll(schema.fields().keySet());
        return new ParseClass(name, kept, permissions);
    }
}
