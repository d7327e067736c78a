package dev.rialto.model;

import java.util.Optional;

/// The type of a field. Names are those of Parse's schema API.
public sealed interface FieldType {
    record Text() implements FieldType {}

    record Number() implements FieldType {}

    record Bool() implements FieldType {}

    record Date() implements FieldType {}

    record Obj() implements FieldType {}

    record Array() implements FieldType {}

    record GeoPoint() implements FieldType {}

    record Polygon() implements FieldType {}

    record File() implements FieldType {}

    record Bytes() implements FieldType {}

    record Acl() implements FieldType {}

    /// A reference to one object.
    record Pointer(String targetClass) implements FieldType {}

    /// A set of references to objects of one class, of any size.
    record Relation(String targetClass) implements FieldType {}

    /// The name on the wire: `String`, `Pointer`, ...
    default String wireName() {
        return switch (this) {
            case Text _ -> "String";
            case Number _ -> "Number";
            case Bool _ -> "Boolean";
            case Date _ -> "Date";
            case Obj _ -> "Object";
            case Array _ -> "Array";
            case GeoPoint _ -> "GeoPoint";
            case Polygon _ -> "Polygon";
            case File _ -> "File";
            case Bytes _ -> "Bytes";
            case Acl _ -> "ACL";
            case Pointer _ -> "Pointer";
            case Relation _ -> "Relation";
        };
    }

    /// The class that it refers to.
    default Optional<String> target() {
        return switch (this) {
            case Pointer(var target) -> Optional.of(target);
            case Relation(var target) -> Optional.of(target);
            default -> Optional.empty();
        };
    }

    /// As error messages show it: `Number`, `Pointer<City>`.
    default String display() {
        return switch (this) {
            case Pointer(var target) -> "Pointer<" + target + ">";
            case Relation(var target) -> "Relation<" + target + ">";
            default -> wireName();
        };
    }
}
