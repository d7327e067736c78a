package dev.rialto.aggregate;

import dev.rialto.model.FieldType;
import dev.rialto.store.Sql;
import java.util.Optional;

/// A SQL expression of known shape.
record Typed(Sql sql, Shape shape) {
    static Typed missing() {
        return new Typed(Sql.of("NULL::jsonb"), Shape.ANY);
    }

    /// The value as jsonb in wire form; NULL stays NULL.
    Sql wire() {
        return switch (shape.type()) {
            case FieldType.Obj _, FieldType.Array _ -> sql;
            case FieldType.Text _, FieldType.Number _, FieldType.Bool _ -> call("to_jsonb");
            case FieldType.Date _ -> call("rialto.wire_date");
            case FieldType.Pointer(var target) ->
                    Sql.of("rialto.wire_pointer(?, ", target).add(sql).add(")");
            case FieldType.File _ -> call("rialto.wire_file");
            case FieldType.Bytes _ -> call("rialto.wire_bytes");
            case FieldType.GeoPoint _ -> call("rialto.wire_point");
            case FieldType.Polygon _ -> call("rialto.wire_polygon");
            case FieldType.Relation _, FieldType.Acl _ -> missing().sql();
        };
    }

    /// The same in wire form.
    Typed any() {
        return new Typed(wire(), Shape.ANY);
    }

    /// The value as a number; what is none is NULL. Empty when no value is a number.
    Optional<Sql> number() {
        return as(Shape.NUMBER, "rialto.any_number");
    }

    Optional<Sql> text() {
        return as(Shape.TEXT, "rialto.any_text");
    }

    Optional<Sql> date() {
        return as(Shape.DATE, "rialto.any_date");
    }

    private Optional<Sql> as(Shape wanted, String conversion) {
        if (shape.equals(wanted)) {
            return Optional.of(sql);
        }
        return !shape.known() ? Optional.of(call(conversion)) : Optional.empty();
    }

    /// Whether the value counts as true: all do but null, false and 0.
    Sql truth() {
        return shape.equals(Shape.BOOL)
                ? Sql.of("coalesce(").add(sql).add(", false)")
                : Sql.of("rialto.any_truth(").add(wire()).add(")");
    }

    /// The value in a form that PostgreSQL orders and groups.
    Typed ordered() {
        return shape.isOrdered() ? this : any();
    }

    private Sql call(String function) {
        return Sql.of(function + "(").add(sql).add(")");
    }
}
