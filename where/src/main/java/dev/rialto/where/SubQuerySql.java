package dev.rialto.where;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.SubQuery;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Queries inside conditions. Each adds the access rules of its class.
final class SubQuerySql {
    private static final String ALIAS = "s";

    private final App app;
    private final Function<String, Optional<ClassSchema>> schemas;
    private final QueryAccess access;
    private final WhereSql conditions;

    SubQuerySql(
            App app,
            Function<String, Optional<ClassSchema>> schemas,
            QueryAccess access,
            WhereSql conditions) {
        this.app = app;
        this.schemas = schemas;
        this.access = access;
        this.conditions = conditions;
    }

    boolean hasRelation(String className, String field, String target) {
        return schemas.apply(className)
                .flatMap(schema -> schema.type(field))
                .filter(new FieldType.Relation(target)::equals)
                .isPresent();
    }

    /// Applies the access rules to a query that can't match.
    void check(SubQuery query, Optional<FieldPath> key) {
        rows(query, key);
    }

    /// A `SELECT` of the ids that the query finds; empty when its class is unknown.
    Optional<Sql> ids(SubQuery query) {
        return rows(query, Optional.empty())
                .map(rows -> Sql.of("SELECT " + ALIAS + ".\"objectId\"").add(rows));
    }

    /// The condition that a column's value is among those the query finds for the key.
    Sql selects(String column, FieldType type, SubQuery query, FieldPath key) {
        Optional<Sql> rows = rows(query, Optional.of(key));
        FieldType other =
                schemas.apply(query.className())
                        .flatMap(schema -> schema.type(key.field()))
                        .orElse(null);
        if (rows.isEmpty() || other == null) {
            return BooleanSql.never();
        }
        String plain = WhereSql.column(ALIAS, key);
        if (!key.isNested() && other.equals(type) && isComparable(type)) {
            return Sql.of(column + " IN (SELECT " + plain).add(rows.get()).add(")");
        }
        Optional<Sql> values = jsonValues(query, key);
        if (values.isEmpty()) {
            return BooleanSql.never();
        }
        Sql whole = Sql.of(PathSql.wire(column, type) + " IN (").add(values.get()).add(")");
        return type instanceof FieldType.Pointer
                ? BooleanSql.any(
                        List.of(
                                whole,
                                Sql.of("to_jsonb(" + column + ") IN (").add(values.get()).add(")")))
                : whole;
    }

    /// A `SELECT` of the values that the query finds for the key, in wire form as jsonb, and of the
    /// elements of those that are arrays; empty when there are none whatever the data.
    Optional<Sql> jsonValues(SubQuery query, FieldPath key) {
        Optional<Sql> rows = rows(query, Optional.of(key));
        Optional<FieldType> type =
                schemas.apply(query.className()).flatMap(schema -> schema.type(key.field()));
        if (rows.isEmpty() || type.isEmpty()) {
            return Optional.empty();
        }
        String column = WhereSql.column(ALIAS, key);
        if (type.get() instanceof FieldType.Relation || type.get() instanceof FieldType.Acl) {
            return Optional.empty();
        }
        Sql wire = Sql.of("SELECT " + PathSql.wire(column, type.get()) + " AS c").add(rows.get());
        if (!key.isNested()) {
            return Optional.of(JsonSql.isJson(type.get()) ? withElements(wire) : wire);
        }
        return Optional.of(
                withElements(
                        Sql.of("SELECT k.v AS c FROM (")
                                .add(wire)
                                .add(") r, LATERAL ")
                                .add(JsonSql.values("r.c", key))
                                .add(" AS k(v) WHERE jsonb_typeof(k.v) <> 'null'")));
    }

    private static Sql withElements(Sql values) {
        return Sql.of("SELECT e.v FROM (")
                .add(values)
                .add(
                        ") w, LATERAL (SELECT w.c UNION ALL SELECT jsonb_path_query(w.c, '$[*]'))"
                                + " AS e(v)");
    }

    /// The query from `FROM` on; empty when its class is unknown.
    private Optional<Sql> rows(SubQuery query, Optional<FieldPath> key) {
        Optional<ClassSchema> found = schemas.apply(query.className());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ClassSchema schema = found.get();
        Sql allowed = access.condition(schema, ALIAS, query, key);
        Sql sql =
                Sql.of(" FROM " + Table.of(app, schema.name()) + " " + ALIAS + " WHERE ")
                        .add(conditions.compile(schema, ALIAS, query.where()));
        if (!allowed.isEmpty()) {
            sql.add(" AND (").add(allowed).add(")");
        }
        if (query.limit().isPresent() || query.skip().isPresent()) {
            bound(sql, schema, query);
        }
        return Optional.of(sql);
    }

    private static void bound(Sql sql, ClassSchema schema, SubQuery query) {
        List<Sql> order = new ArrayList<>();
        for (String key : query.order()) {
            boolean descending = key.startsWith("-");
            FieldPath path = FieldPath.of(descending ? key.substring(1) : key);
            PathSql.sortKey(schema, ALIAS, path)
                    .ifPresent(expression ->
                            order.add(
                                    expression.add(
                                            descending ? " DESC NULLS LAST" : " NULLS FIRST")));
        }
        order.add(Sql.of(ALIAS + ".\"objectId\""));
        sql.add(" ORDER BY ").add(Sql.join(", ", order, ""));
        query.limit().ifPresent(limit -> sql.add(" LIMIT ?", limit));
        query.skip().ifPresent(skip -> sql.add(" OFFSET ?", skip));
    }

    private static boolean isComparable(FieldType type) {
        return switch (type) {
            case FieldType.Text _,
                    FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Date _,
                    FieldType.Pointer _,
                    FieldType.File _,
                    FieldType.Bytes _ ->
                    true;
            case FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.Acl _,
                    FieldType.Relation _ ->
                    false;
        };
    }
}
