package dev.rialto.where;

import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.store.Sql;
import java.util.Optional;

/// Values at a path as SQL expressions.
public final class PathSql {
    private PathSql() {}

    /// An expression to order by; empty for fields that the class does not have or that have no
    /// order (places, relations).
    public static Optional<Sql> sortKey(ClassSchema schema, String alias, FieldPath path) {
        Optional<FieldType> type = schema.type(path.field());
        if (type.isEmpty()) {
            return Optional.empty();
        }
        String column = WhereSql.column(alias, path);
        return switch (type.get()) {
            case FieldType.Obj _, FieldType.Array _ ->
                    Optional.of(
                            path.isNested()
                                    ? Sql.of("rialto.sort_key(").add(nested(column, path)).add(")")
                                    : Sql.of(column));
            case FieldType.Text _,
                    FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Date _,
                    FieldType.File _,
                    FieldType.Bytes _,
                    FieldType.Pointer _ ->
                    path.isNested() ? Optional.empty() : Optional.of(Sql.of(column));
            case FieldType.GeoPoint _, FieldType.Polygon _, FieldType.Acl _, FieldType.Relation _ ->
                    Optional.empty();
        };
    }

    /// The value at a path as jsonb in wire form, or NULL; empty for fields that the class does not
    /// have. For `distinct`.
    public static Optional<Sql> wire(ClassSchema schema, String alias, FieldPath path) {
        Optional<FieldType> type = schema.type(path.field());
        if (type.isEmpty()) {
            return Optional.empty();
        }
        String column = WhereSql.column(alias, path);
        return switch (type.get()) {
            case FieldType.Acl _, FieldType.Relation _ -> Optional.empty();
            case FieldType.Obj _, FieldType.Array _ when path.isNested() ->
                    Optional.of(nested(column, path));
            case FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.Text _,
                    FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Date _,
                    FieldType.File _,
                    FieldType.Bytes _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Pointer _ ->
                    path.isNested()
                            ? Optional.empty()
                            : Optional.of(Sql.of(wire(column, type.get())));
        };
    }

    private static Sql nested(String column, FieldPath path) {
        return Sql.of("(" + column + " #> ?)", (Object) path.below().toArray(String[]::new));
    }

    /// A column's value as jsonb in wire form; NULL stays NULL.
    public static String wire(String column, FieldType type) {
        return switch (type) {
            case FieldType.Obj _, FieldType.Array _ -> column;
            case FieldType.Text _, FieldType.Number _, FieldType.Bool _ ->
                    "to_jsonb(" + column + ")";
            case FieldType.Date _ ->
                    typed(column, "'Date', 'iso', rialto.iso_text(" + column + ")");
            case FieldType.Pointer(var target) ->
                    typed(
                            column,
                            "'Pointer', 'className', "
                                    + Sql.literal(target)
                                    + ", 'objectId', "
                                    + column);
            case FieldType.File _ -> typed(column, "'File', 'name', " + column);
            case FieldType.Bytes _ ->
                    typed(
                            column,
                            "'Bytes', 'base64', translate(encode("
                                    + column
                                    + ", 'base64'), E'\\n', '')");
            case FieldType.GeoPoint _ ->
                    typed(
                            column,
                            "'GeoPoint', 'latitude', "
                                    + column
                                    + "[1], 'longitude', "
                                    + column
                                    + "[0]");
            case FieldType.Polygon _ ->
                    typed(
                            column,
                            "'Polygon', 'coordinates', (SELECT jsonb_agg(jsonb_build_array(c.p[1],"
                                    + " c.p[0]) ORDER BY c.n) FROM unnest(string_to_array(btrim("
                                    + column
                                    + "::text, '()'), '),(')) WITH ORDINALITY AS t(x, n), LATERAL"
                                    + " (SELECT ('(' || t.x || ')')::point AS p, t.n AS n) c)");
            case FieldType.Acl _, FieldType.Relation _ ->
                    throw new IllegalArgumentException(type + " has no column");
        };
    }

    private static String typed(String column, String rest) {
        return "CASE WHEN "
                + column
                + " IS NOT NULL THEN jsonb_build_object('__type', "
                + rest
                + ") END";
    }
}
