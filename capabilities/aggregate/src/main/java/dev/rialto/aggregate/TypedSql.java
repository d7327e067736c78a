package dev.rialto.aggregate;

import dev.rialto.model.FieldType;
import dev.rialto.store.Sql;
import java.util.Optional;

/// An SQL expression and the type of its values.
record TypedSql(Sql sql, ValueType type) {
    static TypedSql missing() {
        return new TypedSql(Sql.of("NULL::jsonb"), ValueType.ANY);
    }

    /// The value as jsonb in wire form; NULL stays NULL.
    Sql wire() {
        return switch (type.fieldType()) {
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
    TypedSql any() {
        return new TypedSql(wire(), ValueType.ANY);
    }

    /// The value as a number; what is none is NULL. Empty when no value is a number.
    Optional<Sql> number() {
        return as(ValueType.NUMBER, "rialto.any_number");
    }

    Optional<Sql> text() {
        return as(ValueType.TEXT, "rialto.any_text");
    }

    Optional<Sql> date() {
        return as(ValueType.DATE, "rialto.any_date");
    }

    private Optional<Sql> as(ValueType wanted, String conversion) {
        if (type.equals(wanted)) {
            return Optional.of(sql);
        }
        return !type.known() ? Optional.of(call(conversion)) : Optional.empty();
    }

    /// Whether the value counts as true: all do but null, false and 0.
    Sql asBoolean() {
        return type.equals(ValueType.BOOL)
                ? Sql.of("coalesce(").add(sql).add(", false)")
                : Sql.of("rialto.any_truth(").add(wire()).add(")");
    }

    /// The value in a form that PostgreSQL orders and groups.
    TypedSql ordered() {
        return type.isOrdered() ? this : any();
    }

    private Sql call(String function) {
        return Sql.of(function + "(").add(sql).add(")");
    }
}
