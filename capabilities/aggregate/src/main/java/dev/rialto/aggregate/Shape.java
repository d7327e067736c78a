package dev.rialto.aggregate;

import dev.rialto.model.FieldType;
import dev.rialto.where.Table;

/// What a column or an expression of a pipeline holds, and with it how PostgreSQL has it.
///
/// @param type the type of the values, as that of a field's column; Object for values whose type
///   only each row tells, which are jsonb in wire form
/// @param known whether all values are of the type
record Shape(FieldType type, boolean known) {
    static final Shape ANY = new Shape(new FieldType.Obj(), false);
    static final Shape TEXT = of(new FieldType.Text());
    static final Shape NUMBER = of(new FieldType.Number());
    static final Shape BOOL = of(new FieldType.Bool());
    static final Shape DATE = of(new FieldType.Date());
    static final Shape OBJECT = of(new FieldType.Obj());
    static final Shape ARRAY = of(new FieldType.Array());

    static Shape of(FieldType type) {
        return new Shape(type, true);
    }

    /// Whether the values are jsonb in wire form.
    boolean isJson() {
        return type instanceof FieldType.Obj || type instanceof FieldType.Array;
    }

    /// Whether there are values at all: a relation is shown, but nothing computes with it.
    boolean isStored() {
        return Table.hasColumn(type);
    }

    /// Whether PostgreSQL orders and groups the values as they are.
    boolean isOrdered() {
        return switch (type) {
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
        return known ? type.display() : "any type";
    }
}
