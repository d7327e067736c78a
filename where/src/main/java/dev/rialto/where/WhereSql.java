package dev.rialto.where;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The reader of [Where] that compiles it to SQL. It agrees with `WhereMatcher`, which a property
/// test holds against it. Comparisons are typed: a value of another type matches nothing. Fields
/// that the class does not have are absent from its objects, never an error.
public final class WhereSql {
    private final App app;
    private final QueryAccess access;
    private final SubQuerySql subQueries;

    /// @param schemas the app's classes by name
    /// @param access the rules for classes that sub-queries and relations reach
    public WhereSql(App app, Function<String, Optional<ClassSchema>> schemas, QueryAccess access) {
        this.app = app;
        this.access = access;
        this.subQueries = new SubQuerySql(app, schemas, access, this);
    }

    /// The condition on rows of a class's table. It can be joined to others with `AND`.
    ///
    /// @param alias of the table, a plain lower-case word
    public Sql compile(ClassSchema schema, String alias, Where where) {
        return switch (where) {
            case Where.And(var parts) -> BooleanSql.all(each(schema, alias, parts));
            case Where.Or(var parts) -> BooleanSql.any(each(schema, alias, parts));
            case Where.Nor(var parts) -> BooleanSql.not(BooleanSql.any(each(schema, alias, parts)));
            case Where.On(var path, var predicate) -> on(schema, alias, path, predicate);
            case Where.RelatedTo(var owner, var key) -> relatedTo(schema, alias, owner, key);
        };
    }

    private List<Sql> each(ClassSchema schema, String alias, List<Where> parts) {
        List<Sql> compiled = new ArrayList<>(parts.size());
        for (Where part : parts) {
            compiled.add(compile(schema, alias, part));
        }
        return compiled;
    }

    private Sql on(ClassSchema schema, String alias, FieldPath path, Predicate predicate) {
        return switch (predicate) {
            case Predicate.Not(var negated) -> BooleanSql.not(on(schema, alias, path, negated));
            case Predicate.NotEqual(var value) ->
                    BooleanSql.not(positive(schema, alias, path, new Predicate.Equal(value)));
            case Predicate.NotIn(var values) ->
                    BooleanSql.not(positive(schema, alias, path, new Predicate.In(values)));
            case Predicate.NotInQuery(var query) ->
                    BooleanSql.not(positive(schema, alias, path, new Predicate.InQuery(query)));
            case Predicate.DontSelect(var query, var key) ->
                    BooleanSql.not(positive(schema, alias, path, new Predicate.Select(query, key)));
            case Predicate.Exists(boolean expected) when !expected ->
                    BooleanSql.not(positive(schema, alias, path, new Predicate.Exists(true)));
            case Predicate.Equal _,
                    Predicate.Compare _,
                    Predicate.In _,
                    Predicate.Exists _,
                    Predicate.All _,
                    Predicate.AllMatching _,
                    Predicate.ContainedBy _,
                    Predicate.Regex _,
                    Predicate.InQuery _,
                    Predicate.Select _,
                    Predicate.TextSearch _,
                    Predicate.Near _,
                    Predicate.WithinBox _,
                    Predicate.WithinPolygon _,
                    Predicate.WithinSphere _,
                    Predicate.Intersects _ ->
                    positive(schema, alias, path, predicate);
        };
    }

    private Sql positive(ClassSchema schema, String alias, FieldPath path, Predicate predicate) {
        FieldType type = schema.type(path.field()).orElse(null);
        return switch (type) {
            case null -> absent(predicate);
            case FieldType.Acl _ -> absent(predicate);
            case FieldType.Relation(var target) ->
                    path.isNested()
                            ? absent(predicate)
                            : new RelationSql(app, schema, path.field(), target, subQueries)
                                    .condition(alias, predicate);
            case FieldType.Obj _, FieldType.Array _ ->
                    new JsonSql(column(alias, path), path, subQueries).condition(predicate);
            case FieldType.Text _,
                    FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Date _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.File _,
                    FieldType.Bytes _,
                    FieldType.Pointer _ ->
                    path.isNested()
                            ? absent(predicate)
                            : new ColumnSql(column(alias, path), type, subQueries)
                                    .condition(predicate);
        };
    }

    /// A predicate on a field that no object has. Sub-queries are compiled all the same, for their
    /// access rules.
    private Sql absent(Predicate predicate) {
        switch (predicate) {
            case Predicate.InQuery(var query) -> subQueries.check(query, Optional.empty());
            case Predicate.Select(var query, var key) -> subQueries.check(query, Optional.of(key));
            default -> {}
        }
        return BooleanSql.of(predicate.holdsWhenAbsent());
    }

    private Sql relatedTo(ClassSchema schema, String alias, Value.Pointer owner, String key) {
        Sql readable = access.owner(owner, key, "o");
        if (!subQueries.hasRelation(owner.className(), key, schema.name())) {
            return BooleanSql.never();
        }
        Sql related =
                Sql.of(
                        alias
                                + ".\"objectId\" IN (SELECT j.\"relatedId\" FROM "
                                + Table.ofRelation(app, owner.className(), key)
                                + " j WHERE j.\"owningId\" = ?",
                        owner.objectId());
        if (!readable.isEmpty()) {
            related.add(
                            " AND EXISTS (SELECT 1 FROM "
                                    + Table.of(app, owner.className())
                                    + " o WHERE o.\"objectId\" = ? AND ",
                            owner.objectId())
                    .add(readable)
                    .add(")");
        }
        return related.add(")");
    }

    public static String column(String alias, FieldPath path) {
        return alias + "." + Table.column(path.field());
    }

    /// How far a row is from the point of the first `$nearSphere` that every object must fulfil: an
    /// expression to order by that grows with the distance. Empty when there is none.
    public static Optional<Sql> distance(ClassSchema schema, String alias, Where where) {
        return first(where, Predicate.Near.class)
                .filter(on ->
                        !on.path().isNested()
                                && schema.type(on.path().field()).orElse(null)
                                        instanceof FieldType.GeoPoint)
                .map(on ->
                        GeoSql.haversine(
                                column(alias, on.path()),
                                ((Predicate.Near) on.predicate()).center()));
    }

    /// How well a row matches the first `$text` that every object must fulfil: greater is better.
    /// Empty when there is none.
    public static Optional<Sql> score(ClassSchema schema, String alias, Where where) {
        return first(where, Predicate.TextSearch.class)
                .filter(on -> TextSearchSql.applies(schema.type(on.path().field()), on.path()))
                .map(on ->
                        TextSearchSql.rank(
                                column(alias, on.path()), (Predicate.TextSearch) on.predicate()));
    }

    private static Optional<Where.On> first(Where where, Class<? extends Predicate> kind) {
        return switch (where) {
            case Where.On on when kind.isInstance(on.predicate()) -> Optional.of(on);
            case Where.And(var parts) ->
                    parts.stream()
                            .map(part -> first(part, kind))
                            .flatMap(Optional::stream)
                            .findFirst();
            case Where.On _, Where.Or _, Where.Nor _, Where.RelatedTo _ -> Optional.empty();
        };
    }
}
