package dev.rialto.sdk;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An object of a class, as it is read or to be written. Unchangeable: [#with] makes another.
///
/// Values of fields are `String`, `Boolean`, `Long`, `Double`, [Instant] for dates, [Pointer] for
/// references, `byte[]`, lists and maps of these, or null. What has no such form (files, geometry)
/// is a map in Parse's wire form, with its `__type`.
///
/// @param id the object id; empty before the object is created
/// @param fields without id; `createdAt`, `updatedAt` and `ACL` are in it when the object was read
public record Entity(String className, String id, Map<String, @Nullable Object> fields) {
    public Entity {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /// A reference to an object.
    public record Pointer(String className, String id) {}

    /// An object without fields that is not stored yet.
    public static Entity of(String className) {
        return new Entity(className, "", Map.of());
    }

    /// The same object with another value in a field.
    public Entity with(String field, @Nullable Object value) {
        var changed = new LinkedHashMap<String, @Nullable Object>(fields);
        changed.put(field, value);
        return new Entity(className, id, changed);
    }

    /// The same object without a field.
    public Entity without(String field) {
        var changed = new LinkedHashMap<String, @Nullable Object>(fields);
        changed.remove(field);
        return new Entity(className, id, changed);
    }

    public Pointer pointer() {
        return new Pointer(className, id);
    }

    /// Whether the field has a value that is not null.
    public boolean has(String field) {
        return fields.get(field) != null;
    }

    public @Nullable Object get(String field) {
        return fields.get(field);
    }

    /// A field's text.
    ///
    /// @throws IllegalStateException when the field has a value of another type
    public Optional<String> text(String field) {
        return value(field, String.class);
    }

    /// A field's number.
    ///
    /// @throws IllegalStateException when the field has a value of another type
    public Optional<Double> number(String field) {
        return value(field, Number.class).map(Number::doubleValue);
    }

    /// A field's boolean.
    ///
    /// @throws IllegalStateException when the field has a value of another type
    public Optional<Boolean> truth(String field) {
        return value(field, Boolean.class);
    }

    /// A field's date.
    ///
    /// @throws IllegalStateException when the field has a value of another type
    public Optional<Instant> date(String field) {
        return value(field, Instant.class);
    }

    /// A field's reference.
    ///
    /// @throws IllegalStateException when the field has a value of another type
    public Optional<Pointer> pointer(String field) {
        return value(field, Pointer.class);
    }

    /// A field's list; empty when there is none.
    ///
    /// @throws IllegalStateException when the field has a value of another type
    public List<?> list(String field) {
        return value(field, List.class).map(each -> (List<?>) each).orElse(List.of());
    }

    private <T> Optional<T> value(String field, Class<T> type) {
        Object value = fields.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw new IllegalStateException(
                    className
                            + "."
                            + field
                            + " is not a "
                            + type.getSimpleName()
                            + " but "
                            + value);
        }
        return Optional.of(type.cast(value));
    }
}
