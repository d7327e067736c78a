package dev.rialto.aggregate;

import dev.rialto.http.Rendered;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Querying;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Runs pipelines over classes, for callers who see everything: class permissions, ACLs and
/// protected fields don't count.
final class Aggregator {
    private final Database database;
    private final Querying classes;

    Aggregator(Database database, Querying classes) {
        this.database = database;
        this.classes = classes;
    }

    /// Answers `{"results": [...]}`; of a class that does not exist there are none.
    Rendered aggregate(App app, Caller caller, String className, AggregateRequest request) {
        if (!caller.seesEverything()) {
            throw new RialtoException(
                    ErrorCode.UNAUTHORIZED, "unauthorized: master key is required");
        }
        try {
            return run(app, caller, className, request);
        } catch (StoreException failure) {
            if (!failure.isUndefinedObject() || database.isInTransaction()) {
                throw told(failure);
            }
            classes.forget(app);
        }
        try {
            return run(app, caller, className, request);
        } catch (StoreException failure) {
            throw told(failure);
        }
    }

    private Rendered run(App app, Caller caller, String className, AggregateRequest request) {
        Optional<ClassSchema> schema = classes.find(app, className);
        if (schema.isEmpty()) {
            return results(List.of());
        }
        ClassRules special = classes.rules(className).orElse(null);
        var pipeline =
                new PipelineSql(
                        app,
                        caller,
                        shown(schema.get(), caller, special),
                        classes,
                        name -> other(app, caller, name),
                        classes.bounds().results());
        if (request.distinct().isPresent()) {
            return distinct(app, pipeline, request.distinct().get(), request);
        }
        Rows rows = pipeline.compile(request.stages());
        Sql sql = rows.selectAll().add(rows.from()).add(rows.orderBy());
        if (request.explain()) {
            return explain(sql);
        }
        var writer = new AggregateWriter(app, rows.columns(), classes.files());
        if (rows.whole() && special != null && special.presents()) {
            Sql all = bounded(sql);
            List<ObjectNode> objects =
                    database.replicaReads().run(() -> database.query(all, writer::tree));
            requireFew(objects.size());
            objects.forEach(each -> special.present(app, caller, each));
            return results(objects);
        }
        Sql all = bounded(sql);
        return database.replicaReads()
                .run(() ->
                        Rendered.of(
                                classes.bounds().bytes(),
                                out -> {
                                    out.writeStartObject();
                                    out.writeArrayPropertyStart("results");
                                    int count =
                                            database.query(
                                                            all,
                                                            row -> {
                                                                writer.write(row, out);
                                                                return true;
                                                            })
                                                    .size();
                                    requireFew(count);
                                    out.writeEndArray();
                                    out.writeEndObject();
                                }));
    }

    /// Another class that the caller may look into.
    private Optional<ClassSchema> other(App app, Caller caller, String className) {
        return classes.find(app, className)
                .map(schema -> shown(schema, caller, classes.rules(className).orElse(null)));
    }

    /// The class without what is secret to the caller: no stage can reach it.
    private static ClassSchema shown(
            ClassSchema schema, Caller caller, @Nullable ClassRules special) {
        Set<String> secret = special == null ? Set.of() : special.secretFields(caller);
        if (secret.isEmpty()) {
            return schema;
        }
        SequencedMap<String, Field> fields = new LinkedHashMap<>(schema.fields());
        fields.keySet().removeAll(secret);
        return new ClassSchema(
                schema.name(), fields, schema.permissions(), schema.indexes(), schema.version());
    }

    private Rendered results(List<ObjectNode> objects) {
        return Rendered.of(
                classes.bounds().bytes(),
                out -> {
                    out.writeStartObject();
                    out.writeArrayPropertyStart("results");
                    objects.forEach(each -> Json.mapper().writeTree(out, each));
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    /// The different values of a field in their order; of arrays, those of their elements. Dates
    /// and files are bare text, as Parse has them.
    private Rendered distinct(
            App app, PipelineSql pipeline, FieldPath path, AggregateRequest request) {
        Rows rows = pipeline.match(pipeline.objects(), request.where());
        TypedSql value = new ExpressionSql(rows).compile(new Expression.Reference(path));
        boolean json = value.type().isJson();
        TypedSql ordered =
                json ? new TypedSql(Sql.of("nullif(e.v, 'null')"), ValueType.ANY) : value.ordered();
        Sql values = Sql.of("SELECT DISTINCT ").add(ordered.sql()).add(" AS v").add(rows.from());
        if (json) {
            values.add(" CROSS JOIN LATERAL jsonb_array_elements(rialto.any_elements(")
                    .add(value.sql())
                    .add(")) AS e(v)");
        }
        Sql sql =
                Sql.of("SELECT ")
                        .add(bare(new TypedSql(Sql.of("t.v"), ordered.type())))
                        .add(" FROM (")
                        .add(values)
                        .add(") AS t WHERE t.v IS NOT NULL ORDER BY t.v");
        if (request.explain()) {
            return explain(sql);
        }
        var writer = new AggregateWriter(app, List.of(), classes.files());
        Sql all = bounded(sql);
        List<String> found =
                database.replicaReads().run(() -> database.query(all, row -> row.getString(1)));
        return Rendered.of(
                classes.bounds().bytes(),
                out -> {
                    out.writeStartObject();
                    out.writeArrayPropertyStart("results");
                    requireFew(found.size());
                    found.forEach(each -> writer.writeJson(each, out));
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    private static Sql bare(TypedSql value) {
        return switch (value.type().fieldType()) {
            case FieldType.Date _ -> Sql.of("").add(value.wire()).add(" -> 'iso'");
            case FieldType.File _ -> new TypedSql(value.sql(), ValueType.TEXT).wire();
            case FieldType.Text _,
                    FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Bytes _,
                    FieldType.Acl _,
                    FieldType.Pointer _,
                    FieldType.Relation _ ->
                    value.wire();
        };
    }

    private Rendered explain(Sql sql) {
        String plan =
                database.queryFirst(
                                Sql.of("EXPLAIN (FORMAT JSON) ").add(sql), row -> row.getString(1))
                        .orElse("[]");
        return Rendered.of(
                classes.bounds().bytes(),
                out -> {
                    out.writeStartObject();
                    out.writeName("results");
                    out.writeRawValue(plan);
                    out.writeEndObject();
                });
    }

    private Sql bounded(Sql sql) {
        return sql.add(" LIMIT ?", classes.bounds().results() + 1L);
    }

    private void requireFew(int results) {
        if (results > classes.bounds().results()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "an aggregate may have up to "
                            + classes.bounds().results()
                            + " results; add a $limit or $group stage");
        }
    }

    /// A failure that the pipeline or the data made, told to the caller; PostgreSQL's words stay
    /// inside.
    private static RuntimeException told(StoreException failure) {
        String state = failure.state();
        String message =
                switch (state) {
                    case "22012" -> "can't divide by zero";
                    case "22003", "22008" -> "a number or date in the pipeline is out of range";
                    default ->
                            state.startsWith("54")
                                    ? "the pipeline is too large"
                                    : "the pipeline can't be computed over these objects";
                };
        return state.startsWith("22") || state.startsWith("54")
                ? new RialtoException(ErrorCode.INVALID_QUERY, message, failure)
                : failure;
    }
}
