package dev.rialto.aggregate;

import dev.rialto.model.FieldType;
import dev.rialto.where.Table;

/// The type of a column or an expression of a pipeline.
///
/// @param fieldType the type of the values, as in a field's column; Object for values of varying
///   type, which are jsonb in wire form
/// @param known whether all values are of the type
record ValueType(FieldType fieldType, boolean known) {
    static final ValueType ANY = new ValueType(new FieldType.Obj(), false);
    static final ValueType TEXT = of(new FieldType.Text());
    static final ValueType NUMBER = of(new FieldType.Number());
    static final ValueType BOOL = of(new FieldType.Bool());
    static final ValueType DATE = of(new FieldType.Date());
    static final ValueType OBJECT = of(new FieldType.Obj());
    static final ValueType ARRAY = of(new FieldType.Array());

    static ValueType of(FieldType fieldType) {
        return new ValueType(fieldType, true);
    }

    /// Whether the values are jsonb in wire form.
    boolean isJson() {
        return fieldType instanceof FieldType.Obj || fieldType instanceof FieldType.Array;
    }

    /// Whether there are values at all: a relation is shown, but nothing computes with it.
    boolean isStored() {
        return Table.hasColumn(fieldType);
    }

    /// Whether PostgreSQL orders and groups the values as they are.
    boolean isOrdered() {
        return switch (fieldType) {
            case FieldType.GeoPoint _, FieldType.Polygon _, FieldType.Relation _, FieldType.Acl _ ->
                    false;
            case FieldType.Text _,
                    FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Date _,
                    FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.File _,
                    FieldType.Bytes _,
                    FieldType.Pointer _ ->
                    true;
        };
    }

    /// For error messages.
    String display() {
        return known ? fieldType.display() : "any type";
    }
}
