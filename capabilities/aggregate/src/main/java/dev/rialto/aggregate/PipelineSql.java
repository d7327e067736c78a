package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineReader.bad;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Where;
import dev.rialto.spi.Querying;
import dev.rialto.store.Sql;
import dev.rialto.where.GeoSql;
import dev.rialto.where.SortKey;
import dev.rialto.where.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Compiles a pipeline over one class: each stage is a `SELECT` from that of the stage before it.
/// PostgreSQL takes the conditions at the beginning down to the table and its indexes.
final class PipelineSql {
    private final App app;
    private final Caller caller;
    private final ClassSchema schema;
    private final Querying classes;
    private final Function<String, Optional<ClassSchema>> others;
    private final int max;

    /// @param others the other classes that the caller may look into, without what is secret to it
    /// @param max how many results there may be
    PipelineSql(
            App app,
            Caller caller,
            ClassSchema schema,
            Querying classes,
            Function<String, Optional<ClassSchema>> others,
            int max) {
        this.app = app;
        this.caller = caller;
        this.schema = schema;
        this.classes = classes;
        this.others = others;
        this.max = max;
    }

    /// All objects of the class.
    Rows objects() {
        return Rows.of(Table.of(app, schema.name()), schema);
    }

    Rows compile(List<Stage> stages) {
        return compile(objects(), stages);
    }

    private Rows compile(Rows start, List<Stage> stages) {
        Rows rows = start;
        for (Stage stage : stages) {
            rows = next(rows, stage);
        }
        return rows;
    }

    private Rows next(Rows rows, Stage stage) {
        return switch (stage) {
            case Stage.Match(var where) -> match(rows, where);
            case Stage.Group group -> new GroupSql(rows).compile(group);
            case Stage.Project(var fields, boolean withId) -> project(rows, fields, withId);
            case Stage.Exclude(var fields) -> exclude(rows, fields);
            case Stage.AddFields(var fields) -> add(rows, fields);
            case Stage.Sort(var keys) -> sort(rows, keys);
            case Stage.Limit(int count) ->
                    rows.filtered(Sql.of("").add(rows.orderBy()).add(" LIMIT ?", count));
            case Stage.Skip(int count) ->
                    rows.filtered(Sql.of("").add(rows.orderBy()).add(" OFFSET ?", count));
            case Stage.Unwind unwind ->
                    new UnwindSql(withColumn(rows, unwind.path().field())).compile(unwind);
            case Stage.ReplaceRoot(var root) -> replaceRoot(rows, root);
            case Stage.Lookup lookup -> lookup(rows, lookup);
            case Stage.Facet(var pipelines) -> facet(rows, pipelines);
            case Stage.Count(var field) -> count(rows, field);
            case Stage.Sample(int count) ->
                    rows.filtered(Sql.of(" ORDER BY random() LIMIT ?", count)).ordered(List.of());
            case Stage.Near near -> near(rows, near);
        };
    }

    /// Keeps the rows that fulfil a condition.
    Rows match(Rows rows, ObjectNode match) {
        if (match.isEmpty()) {
            return rows;
        }
        if (rows.root().isPresent()) {
            throw bad(
                    "$match can't follow $replaceRoot of a field; put it before, with names like"
                            + " field.name");
        }
        ClassSchema columns = rows.schema(schema);
        Where where = classes.parse(columns, new MatchRewriter(columns).where(match));
        if (!rows.hasIds()) {
            requireNoRelation(where);
        }
        return rows.filtered(Sql.of(" WHERE ").add(classes.condition(app, caller, columns, where)));
    }

    private static void requireNoRelation(Where where) {
        switch (where) {
            case Where.And(var parts) -> parts.forEach(PipelineSql::requireNoRelation);
            case Where.Or(var parts) -> parts.forEach(PipelineSql::requireNoRelation);
            case Where.Nor(var parts) -> parts.forEach(PipelineSql::requireNoRelation);
            case Where.On _ -> {}
            case Where.RelatedTo _ ->
                    throw bad("$relatedTo must come before the stage that drops objectId");
        }
    }

    private static Rows project(
            Rows rows, SequencedMap<String, Expression> fields, boolean withId) {
        var expressions = new ExpressionSql(rows);
        List<Rows.Column> columns = new ArrayList<>();
        List<Sql> items = new ArrayList<>();
        boolean computes = false;
        if (withId && !fields.containsKey(PipelineNames.ID)) {
            rows.column(PipelineNames.ID).ifPresent(columns::add);
            items.addAll(Rows.items(columns));
        }
        for (Map.Entry<String, Expression> each : fields.entrySet()) {
            Optional<Rows.Column> kept = kept(rows, each.getKey(), each.getValue());
            if (kept.isPresent()) {
                columns.add(kept.get());
                items.addAll(Rows.items(List.of(kept.get())));
            } else {
                TypedSql value = expressions.compile(each.getValue());
                columns.add(Rows.Column.of(each.getKey(), value.type()));
                items.add(Rows.item(value.sql(), each.getKey()));
                computes = true;
            }
        }
        return rows.with(columns, items, Sql.empty(), computes);
    }

    /// The column that an expression takes over as it is.
    private static Optional<Rows.Column> kept(Rows rows, String name, Expression expression) {
        return expression instanceof Expression.Reference(var path)
                        && !path.isNested()
                        && path.field().equals(name)
                ? rows.column(name)
                : Optional.empty();
    }

    private static Rows exclude(Rows rows, List<String> fields) {
        List<Rows.Column> columns =
                rows.columns().stream().filter(each -> !fields.contains(each.name())).toList();
        List<Sql> items = new ArrayList<>();
        for (Rows.Column column : columns) {
            if (Rows.isRoot(column)) {
                items.add(
                        Rows.item(
                                Sql.of("(")
                                        .add(Rows.value(column).sql())
                                        .add(" - ?)", (Object) fields.toArray(String[]::new)),
                                Rows.ROOT));
            } else {
                items.addAll(Rows.items(List.of(column)));
            }
        }
        return rows.with(columns, items, Sql.empty(), false);
    }

    /// The rows with a field of their root as a column of its own.
    private static Rows withColumn(Rows rows, String field) {
        if (rows.root().isEmpty() || rows.column(field).isPresent()) {
            return rows;
        }
        SequencedMap<String, Expression> fields = new LinkedHashMap<>();
        fields.put(field, new Expression.Reference(FieldPath.of(field)));
        return add(rows, fields);
    }

    private static Rows replaceRoot(Rows rows, Expression root) {
        Sql object =
                Sql.of("rialto.root(").add(new ExpressionSql(rows).compile(root).wire()).add(")");
        return rows.with(
                List.of(Rows.Column.of(Rows.ROOT, ValueType.OBJECT)),
                List.of(Rows.item(object, Rows.ROOT)),
                Sql.empty(),
                true);
    }

    private Rows lookup(Rows rows, Stage.Lookup lookup) {
        List<Rows.Column> columns = new ArrayList<>(rows.columns());
        columns.removeIf(each -> each.name().equals(lookup.as()));
        List<Sql> items = Rows.items(columns);
        columns.add(Rows.Column.of(lookup.as(), ValueType.ARRAY));
        Optional<ClassSchema> other = others.apply(lookup.className());
        if (other.isEmpty()) {
            items.add(Rows.item(Sql.of("'[]'::jsonb"), lookup.as()));
            return rows.with(columns, items, Sql.empty(), true);
        }
        Rows found = Rows.of(Table.of(app, other.get().name()), other.get());
        var theirs = new ExpressionSql(found);
        TypedSql local = new ExpressionSql(rows).id(lookup.local());
        TypedSql foreign = theirs.id(lookup.foreign());
        boolean plain =
                local.type().equals(foreign.type())
                        && !local.type().isJson()
                        && local.type().isOrdered();
        Sql same =
                plain
                        ? Sql.of("").add(foreign.sql()).add(" = l.v")
                        : Sql.of("rialto.any_meets(").add(foreign.wire()).add(", l.v)");
        Sql array =
                Sql.of("(SELECT rialto.bounded(coalesce(jsonb_agg(")
                        .add(theirs.row())
                        .add(" ORDER BY t.\"createdAt\", t.\"objectId\"), '[]'), ?)", max)
                        .add(found.from())
                        .add(" WHERE ")
                        .add(same)
                        .add(")");
        items.add(Rows.item(array, lookup.as()));
        Sql value =
                Sql.of(" CROSS JOIN LATERAL (SELECT ")
                        .add(plain ? local.sql() : local.wire())
                        .add(" AS v) AS l");
        return rows.with(columns, items, value, true);
    }

    /// Each pipeline over the same rows, which are computed once.
    private Rows facet(Rows rows, SequencedMap<String, List<Stage>> pipelines) {
        Rows shared =
                new Rows(
                        Sql.of("SELECT t.* FROM facet AS t"),
                        rows.columns(),
                        rows.order(),
                        false,
                        rows.whole());
        List<Rows.Column> columns = new ArrayList<>();
        List<Sql> items = new ArrayList<>();
        pipelines.forEach((name, stages) -> {
            Rows facet = compile(shared, stages);
            Sql array =
                    Sql.of("(SELECT rialto.bounded(coalesce(jsonb_agg(")
                            .add(new ExpressionSql(facet).row())
                            .add(facet.orderBy())
                            .add("), '[]'), ?)", max)
                            .add(facet.from())
                            .add(")");
            columns.add(Rows.Column.of(name, ValueType.ARRAY));
            items.add(Rows.item(array, name));
        });
        return new Rows(
                Sql.of("WITH facet AS MATERIALIZED (")
                        .add(rows.select())
                        .add(") ")
                        .add(Rows.select(items)),
                columns,
                List.of(),
                true,
                false);
    }

    private static Rows add(Rows rows, SequencedMap<String, Expression> fields) {
        var expressions = new ExpressionSql(rows);
        List<Rows.Column> columns = new ArrayList<>(rows.columns());
        columns.removeIf(each -> fields.containsKey(each.name()));
        List<Sql> items = Rows.items(columns);
        fields.forEach((name, expression) -> {
            TypedSql value = expressions.compile(expression);
            columns.add(Rows.Column.of(name, value.type()));
            items.add(Rows.item(value.sql(), name));
        });
        return rows.with(columns, items, Sql.empty(), true);
    }

    /// Orders the rows. Keys that are no plain columns are computed beside them.
    private static Rows sort(Rows rows, List<SortKey> keys) {
        var expressions = new ExpressionSql(rows);
        Rows unordered = rows.ordered(List.of());
        List<Sql> computed = new ArrayList<>();
        List<Rows.Key> order = new ArrayList<>();
        for (SortKey key : keys) {
            Optional<Rows.Column> column = rows.column(key.path().field());
            if (column.isEmpty() && rows.root().isEmpty()) {
                continue;
            }
            if (column.isPresent() && !key.path().isNested() && column.get().type().isOrdered()) {
                order.add(new Rows.Key(Table.column(column.get().name()), key.descending()));
                continue;
            }
            TypedSql value = expressions.compile(new Expression.Reference(key.path())).ordered();
            String name = Sql.name("#" + computed.size());
            computed.add(Sql.of("").add(value.sql()).add(" AS " + name));
            order.add(new Rows.Key(name, key.descending()));
        }
        if (computed.isEmpty()) {
            return unordered.ordered(order);
        }
        List<Sql> items = Rows.items(rows.columns());
        items.addAll(computed);
        return new Rows(
                Rows.select(items).add(unordered.from()),
                rows.columns(),
                order,
                true,
                rows.whole());
    }

    private static Rows count(Rows rows, String field) {
        return new Rows(
                Sql.of("SELECT count(*)::double precision AS " + Table.column(field))
                        .add(rows.from())
                        .add(" HAVING count(*) > 0"),
                List.of(Rows.Column.of(field, ValueType.NUMBER)),
                List.of(),
                false,
                false);
    }

    private Rows near(Rows rows, Stage.Near near) {
        String place = place(near.place());
        String column = "t." + Table.column(place);
        Rows matching = match(rows, near.query());
        String name = Sql.name("#0");
        List<Sql> items = Rows.items(rows.columns());
        items.add(distance(near, column).add(" AS " + name));
        Sql measured =
                Rows.select(items).add(matching.from()).add(" WHERE " + column + " IS NOT NULL");
        List<Sql> all = new ArrayList<>();
        List<Rows.Column> columns = new ArrayList<>(rows.columns());
        columns.removeIf(each -> each.name().equals(near.distanceField()));
        all.addAll(Rows.items(columns));
        columns.add(Rows.Column.of(near.distanceField(), ValueType.NUMBER));
        all.add(
                Sql.of(
                        "t." + name + " * ? AS " + Table.column(near.distanceField()),
                        near.measure().factor()));
        all.add(Sql.of("t." + name));
        Sql select =
                Rows.select(all)
                        .add(" FROM (")
                        .add(measured)
                        .add(" OFFSET 0) AS t WHERE t." + name + " >= ?", min(near))
                        .add(" AND t." + name + " <= ?", max(near));
        return new Rows(select, columns, List.of(new Rows.Key(name, false)), false, false);
    }

    private static Sql distance(Stage.Near near, String column) {
        if (near.measure().unit().isEmpty()) {
            return Sql.of(
                    "(" + column + " <-> point(?, ?))",
                    near.center().longitude(),
                    near.center().latitude());
        }
        return Sql.of("(2 * asin(sqrt(least(1, ")
                .add(GeoSql.haversine(column, near.center()))
                .add("))) * ?)", near.measure().unit().getAsDouble());
    }

    private static double min(Stage.Near near) {
        return near.range().min().orElse(0);
    }

    private static double max(Stage.Near near) {
        return near.range().max().orElse(Double.MAX_VALUE);
    }

    private String place(Optional<String> asked) {
        return schema.fields().entrySet().stream()
                .filter(each -> each.getValue().type() instanceof FieldType.GeoPoint)
                .map(Map.Entry::getKey)
                .filter(name -> asked.isEmpty() || asked.get().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        bad(
                                asked.map(name -> name + " is not a GeoPoint field of ")
                                                .orElse("$geoNear needs a GeoPoint field in ")
                                        + schema.name()));
    }
}
