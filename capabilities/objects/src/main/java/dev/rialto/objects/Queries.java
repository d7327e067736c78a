package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.QueryLimits;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.model.WhereParser;
import dev.rialto.objects.spi.ClassRules;
import dev.rialto.store.Sql;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Conditions and orders as SQL, with the access rules of every class they touch.
final class Queries {
    private final Schemas schemas;
    private final Map<String, ClassRules> rules;
    private final WhereParser parser;

    Queries(Schemas schemas, Map<String, ClassRules> rules, InstantSource clock) {
        this.schemas = schemas;
        this.rules = rules;
        this.parser = new WhereParser(QueryLimits.DEFAULT, clock);
    }

    /// Reads a `where`.
    Where parse(App app, String className, ObjectNode where) {
        if (where.isEmpty()) {
            return Where.all();
        }
        return schemas.find(app, className)
                .map(schema -> parser.parse(where, schema))
                .orElseGet(() -> parser.parse(where));
    }

    /// Reads a `where` on rows with these fields, which may be others than a stored class has.
    Where parse(ClassSchema columns, ObjectNode where) {
        return parser.parse(where, columns);
    }

    /// A condition over the alias `t`.
    Sql condition(App app, Access access, ClassSchema schema, Where where) {
        return compiler(app, access).compile(schema, "t", where);
    }

    private WhereSql compiler(App app, Access access) {
        return new WhereSql(app, className -> schemas.find(app, className), rules(app, access));
    }

    /// The caller's access to the classes of sub-queries.
    private QueryAccess rules(App app, Access access) {
        return new QueryAccess() {
            @Override
            public Sql condition(
                    ClassSchema schema, String alias, SubQuery query, Optional<FieldPath> key) {
                Where pointers = access.require(schema, Action.FIND);
                HiddenFields hidden = HiddenFields.of(schema, access.caller());
                hidden.requireNotIn(query.where(), schema.name());
                hidden.requireVisible(SortKey.read(String.join(",", query.order())), schema.name());
                key.ifPresent(path -> hidden.requireVisible(path.field(), schema.name()));
                List<Sql> parts = new ArrayList<>();
                if (!pointers.equals(Where.all())) {
                    parts.add(compiler(app, access).compile(schema, alias, pointers));
                }
                // The class's own rules, e.g. that sessions of others are nobody's business.
                ClassRules special = rules.get(schema.name());
                if (special != null) {
                    Where allowed = special.beforeFind(app, access.caller(), query.where(), false);
                    if (!allowed.equals(query.where())) {
                        parts.add(compiler(app, access).compile(schema, alias, allowed));
                    }
                }
                Sql acl = access.mayRead(alias);
                if (!acl.isEmpty()) {
                    parts.add(acl);
                }
                return parts.isEmpty() ? Sql.empty() : Sql.join(" AND ", parts, "true");
            }

            @Override
            public void requireRelation(Value.Pointer owner, String key) {
                schemas.find(app, owner.className())
                        .ifPresent(schema ->
                                HiddenFields.of(schema, access.caller())
                                        .requireVisible(key, schema.name()));
            }
        };
    }

    /// A condition that the caller wrote: it may not ask for protected fields.
    Where callersWhere(App app, Access access, ClassSchema schema, ObjectNode where) {
        Where parsed = parse(app, schema.name(), where);
        HiddenFields.of(schema, access.caller()).requireNotIn(parsed, schema.name());
        return parsed;
    }

    /// The order of a query: as asked for, else the nearest first, else none.
    Sql order(ClassSchema schema, Where where, List<SortKey> keys) {
        if (keys.isEmpty()) {
            return WhereSql.distance(schema, "t", where).orElseGet(Sql::empty);
        }
        List<Sql> parts = new ArrayList<>();
        for (SortKey key : keys) {
            Optional<Sql> value =
                    key.path().field().equals(SortKey.SCORE)
                            ? WhereSql.score(schema, "t", where).map(score -> score.add(" DESC"))
                            : PathSql.sortKey(schema, "t", apiName(key.path()))
                                    .map(sql -> key.descending() ? sql.add(" DESC") : sql);
            value.ifPresent(parts::add);
        }
        return parts.isEmpty() ? Sql.empty() : Sql.join(", ", parts, "");
    }

    /// Old clients order by the names of columns.
    private static FieldPath apiName(FieldPath path) {
        return switch (path.field()) {
            case "_created_at" -> FieldPath.of("createdAt");
            case "_updated_at" -> FieldPath.of("updatedAt");
            default -> path;
        };
    }
}
