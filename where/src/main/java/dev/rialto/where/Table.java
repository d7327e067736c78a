package dev.rialto.where;

import dev.rialto.kernel.App;
import dev.rialto.model.FieldType;
import dev.rialto.store.Names;
import dev.rialto.store.Sql;

/// Where a class is kept: the names of its tables and columns.
public final class Table {
    private Table() {}

    /// The class's table, qualified and quoted.
    public static String of(App app, String className) {
        return Sql.name(app.schema()) + "." + Sql.name(name(className));
    }

    /// The class's table, as the change log names it.
    public static String name(String className) {
        return Names.fit(className);
    }

    /// The table that holds a relation's pairs: `"owningId"`, `"relatedId"`.
    public static String ofRelation(App app, String className, String field) {
        return Sql.name(app.schema()) + "." + Sql.name(relation(className, field));
    }

    /// The table of a relation, as the change log names it.
    public static String relation(String className, String field) {
        return Names.fit("_Join:" + field + ":" + className);
    }

    /// A field's column, quoted.
    public static String column(String field) {
        return Sql.name(Names.fit(field));
    }

    /// The PostgreSQL type of a field's column; relations and ACLs have no column of their own.
    public static String columnType(FieldType type) {
        return switch (type) {
            case FieldType.Text _, FieldType.Pointer _, FieldType.File _ -> "text";
            case FieldType.Number _ -> "double precision";
            case FieldType.Bool _ -> "boolean";
            case FieldType.Date _ -> "timestamptz(3)";
            case FieldType.Obj _, FieldType.Array _ -> "jsonb";
            case FieldType.GeoPoint _ -> "point";
            case FieldType.Polygon _ -> "polygon";
            case FieldType.Bytes _ -> "bytea";
            case FieldType.Relation _, FieldType.Acl _ ->
                    throw new IllegalArgumentException(type + " has no column");
        };
    }

    public static boolean hasColumn(FieldType type) {
        return !(type instanceof FieldType.Relation || type instanceof FieldType.Acl);
    }
}
