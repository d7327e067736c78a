package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.QueryLimits;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.model.WhereParser;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Sql;
import dev.rialto.where.PathSql;
import dev.rialto.where.QueryAccess;
import dev.rialto.where.SortKey;
import dev.rialto.where.WhereSql;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Conditions and orders as SQL, with the access rules of every class they touch.
final class Queries {
    private final Schemas schemas;
    private final SystemClasses classes;
    private final WhereParser parser;

    Queries(Schemas schemas, SystemClasses classes, InstantSource clock) {
        this.schemas = schemas;
        this.classes = classes;
        this.parser = new WhereParser(QueryLimits.DEFAULT, clock);
    }

    /// Reads a `where`.
    Where parse(App app, String className, ObjectNode where) {
        if (where.isEmpty()) {
            return Where.all();
        }
        return parser.parse(where, className, name -> schemas.find(app, name));
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

    /// The caller's access to the classes of sub-queries and relations.
    private QueryAccess rules(App app, Access access) {
        return new QueryAccess() {
            @Override
            public Sql condition(
                    ClassSchema schema, String alias, SubQuery query, Optional<FieldPath> key) {
                HiddenFields hidden = hidden(schema, access);
                hidden.requireNotIn(query.where(), schema.name());
                hidden.requireVisible(SortKey.read(query.order()), schema.name());
                key.ifPresent(path -> hidden.requireVisible(path.field(), schema.name()));
                return readable(
                        app, access, schema, alias, new ClassQuery(query.where(), Action.FIND));
            }

            @Override
            public Sql owner(Value.Pointer owner, String key, String alias) {
                Optional<ClassSchema> schema = schemas.find(app, owner.className());
                if (schema.isEmpty() || access.caller().seesEverything()) {
                    return Sql.empty();
                }
                hidden(schema.get(), access).requireVisible(key, owner.className());
                Where one =
                        new Where.On(
                                FieldPath.of("objectId"),
                                new Predicate.Equal(new Value.Text(owner.objectId())));
                return readable(app, access, schema.get(), alias, new ClassQuery(one, Action.GET));
            }
        };
    }

    /// A query on another class.
    private record ClassQuery(Where where, Action action) {}

    /// The condition of the rows of a class that the caller may read.
    private Sql readable(
            App app, Access access, ClassSchema schema, String alias, ClassQuery sought) {
        List<Sql> parts = new ArrayList<>();
        Where pointers = access.require(schema, sought.action());
        if (!pointers.equals(Where.all())) {
            parts.add(compiler(app, access).compile(schema, alias, pointers));
        }
        // The class's own rules, e.g. that sessions of others are nobody's business.
        ClassRules classRules = classes.rules(schema.name());
        if (classRules != null) {
            boolean single = sought.action() == Action.GET;
            Where allowed = classRules.beforeFind(app, access.caller(), sought.where(), single);
            if (!allowed.equals(sought.where())) {
                parts.add(compiler(app, access).compile(schema, alias, allowed));
            }
        }
        Sql acl = access.mayRead(alias);
        if (!acl.isEmpty()) {
            parts.add(acl);
        }
        return parts.isEmpty() ? Sql.empty() : Sql.join(" AND ", parts, "true");
    }

    /// What is hidden in objects of a class.
    HiddenFields hidden(ClassSchema schema, Access access) {
        return HiddenFields.of(schema, access.caller(), classes.rules(schema.name()));
    }

    /// A condition that the caller wrote: it may not ask for protected fields.
    Where callersWhere(App app, Access access, ClassSchema schema, ObjectNode where) {
        Where parsed = parse(app, schema.name(), where);
        hidden(schema, access).requireNotIn(parsed, schema.name());
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
