package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.objects.spi.ClassRules;
import dev.rialto.objects.spi.FileAddresses;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Finds objects: folds the access rules of class and caller into the query, runs it, and renders
/// the rows.
final class Finder {
    private final Database database;
    private final Schemas schemas;
    private final Queries queries;
    private final Map<String, ClassRules> rules;
    private final FileAddresses files;
    private final ObjectsSettings settings;
    private final Includer includer;

    Finder(
            Database database,
            Schemas schemas,
            Queries queries,
            Map<String, ClassRules> rules,
            FileAddresses files,
            ObjectsSettings settings) {
        this.database = database;
        this.schemas = schemas;
        this.queries = queries;
        this.rules = rules;
        this.files = files;
        this.settings = settings;
        this.includer = new Includer(this);
    }

    /// A query that is ready to run.
    ///
    /// @param hidden the protected fields; those hidden in every row are out of the selection
    /// @param sql the condition, access rules included, over the alias `t`
    record Plan(
            App app,
            Caller caller,
            ClassSchema schema,
            FindRequest request,
            Where where,
            Selection selection,
            HiddenFields hidden,
            Sql sql) {}

    /// Answers a find: `{"results": [...]}`, with `count` when asked for.
    Rendered find(App app, Caller caller, String className, FindRequest request) {
        if (request.explain() && !caller.seesEverything()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "Using the explain query parameter requires the master key");
        }
        return retrying(
                app,
                () -> {
                    Optional<String> redirect = redirect(app, className, request);
                    String queried = redirect.orElse(className);
                    Optional<Plan> plan = plan(app, caller, queried, request, Action.FIND);
                    if (request.explain() && plan.isPresent()) {
                        return explain(plan.get());
                    }
                    return render(plan, request, redirect);
                });
    }

    private Rendered render(Optional<Plan> plan, FindRequest request, Optional<String> redirect) {
        OptionalLong count = request.count() ? count(plan) : OptionalLong.empty();
        boolean streams = plan.isPresent() && redirect.isEmpty() && isStreamable(plan.get());
        List<ObjectNode> trees =
                plan.isEmpty() || streams || request.limit() == 0 ? List.of() : trees(plan.get());
        redirect.ifPresent(name -> trees.forEach(tree -> tree.put("className", name)));
        return Rendered.of(out -> {
            out.writeStartObject();
            redirect.ifPresent(name -> out.writeStringProperty("className", name));
            out.writeArrayPropertyStart("results");
            if (streams && request.limit() > 0) {
                Plan ready = plan.get();
                var writer = new RowWriter(ready.app(), ready.selection(), files);
                database.query(
                        select(ready),
                        row -> {
                            writer.write(row, out);
                            return true;
                        });
            }
            trees.forEach(tree -> Json.mapper().writeTree(out, tree));
            out.writeEndArray();
            if (count.isPresent()) {
                out.writeNumberProperty("count", count.getAsLong());
            }
            out.writeEndObject();
        });
    }

    /// One object as the caller may see it.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND
    Rendered get(App app, Caller caller, String className, String objectId, FindRequest request) {
        return retrying(
                app,
                () -> {
                    Plan plan =
                            planGet(app, caller, className, objectId, request)
                                    .orElseThrow(ObjectWriter::notFound);
                    if (!isStreamable(plan)) {
                        List<ObjectNode> found = trees(plan);
                        if (found.isEmpty()) {
                            throw ObjectWriter.notFound();
                        }
                        return Rendered.of(out -> Json.mapper().writeTree(out, found.getFirst()));
                    }
                    var writer = new RowWriter(app, plan.selection(), files);
                    return database.queryFirst(
                                    select(plan), row -> Rendered.of(out -> writer.write(row, out)))
                            .orElseThrow(ObjectWriter::notFound);
                });
    }

    private Optional<Plan> planGet(
            App app, Caller caller, String className, String objectId, FindRequest request) {
        Where byId =
                new Where.On(
                        FieldPath.of("objectId"), new Predicate.Equal(new Value.Text(objectId)));
        return plan(app, caller, className, request, byId, Action.GET);
    }

    /// The objects that match, as trees.
    List<ObjectNode> find(App app, Caller caller, String className, Where where, int limit) {
        FindRequest request = FindRequest.all().withLimit(limit);
        return retrying(
                app,
                () ->
                        plan(app, caller, className, request, where, Action.FIND)
                                .map(this::trees)
                                .orElse(List.of()));
    }

    /// One page of a walk in the order of creation.
    ///
    /// @param asked the caller's own condition
    /// @param page the condition with the page's beginning
    List<ObjectNode> scan(
            App app, Caller caller, String className, Where asked, Where page, int limit) {
        schemas.find(app, className)
                .ifPresent(
                        schema -> HiddenFields.of(schema, caller).requireNotIn(asked, className));
        FindRequest request = FindRequest.all().withLimit(limit).withOrder(SortKey.CREATION);
        return retrying(
                app,
                () ->
                        plan(app, caller, className, request, page, Action.FIND)
                                .map(this::trees)
                                .orElse(List.of()));
    }

    /// Objects of one class by their ids, to be included in others: those the caller may get.
    ///
    /// @param keys if present, only these fields
    List<ObjectNode> fetchIncluded(
            App app,
            Caller caller,
            String className,
            List<String> ids,
            Optional<List<String>> keys) {
        List<Value> values = ids.stream().<Value>map(Value.Text::new).toList();
        Where where = new Where.On(FieldPath.of("objectId"), new Predicate.In(values));
        FindRequest request = FindRequest.all().withLimit(ids.size()).withKeys(keys);
        try {
            List<ObjectNode> found =
                    plan(app, caller, className, request, where, Action.GET)
                            .map(this::trees)
                            .orElse(List.of());
            for (ObjectNode each : found) {
                each.put("__type", "Object");
                each.put("className", className);
                // A session is never more than a reference in somebody else's object.
                each.remove("sessionToken");
            }
            return found;
        } catch (RialtoException denied) {
            if (denied.code().kind() == ErrorCode.Kind.CALLER) {
                return List.of();
            }
            throw denied;
        }
    }

    private Optional<Plan> plan(
            App app, Caller caller, String className, FindRequest request, Action action) {
        return plan(
                app,
                caller,
                className,
                request,
                queries.parse(app, className, request.where()),
                action);
    }

    private Optional<Plan> plan(
            App app,
            Caller caller,
            String className,
            FindRequest request,
            Where asked,
            Action action) {
        requireReachable(className);
        ClassSchema schema = schemas.find(app, className).orElse(null);
        if (schema == null) {
            return Optional.empty();
        }
        Access access = new Access(caller);
        Where pointers = access.require(schema, action);
        HiddenFields hidden = HiddenFields.of(schema, caller);
        if (action != Action.GET) {
            hidden.requireNotIn(asked, className);
            hidden.requireVisible(request.order(), className);
        }
        ClassRules special = rules.get(className);
        Where where =
                special == null
                        ? asked
                        : special.beforeFind(app, caller, asked, action == Action.GET);
        List<Sql> parts = new ArrayList<>();
        if (!where.equals(Where.all())) {
            parts.add(queries.condition(app, access, schema, where));
        }
        if (!pointers.equals(Where.all())) {
            parts.add(queries.condition(app, access, schema, pointers));
        }
        Sql acl = access.mayRead("t");
        if (!acl.isEmpty()) {
            parts.add(acl);
        }
        return Optional.of(
                new Plan(
                        app,
                        caller,
                        schema,
                        request,
                        where,
                        selection(schema, request, hidden).withScore(score(schema, request, where)),
                        hidden,
                        Sql.join(" AND ", parts, "true")));
    }

    /// What `keys=$score` asks for.
    private static Optional<Sql> score(ClassSchema schema, FindRequest request, Where where) {
        return request.keys().filter(keys -> keys.contains(SortKey.SCORE)).isPresent()
                ? WhereSql.score(schema, "t", where)
                : Optional.empty();
    }

    private static void requireReachable(String className) {
        if (ClassNames.isInternal(className)) {
            throw new RialtoException(ErrorCode.OPERATION_FORBIDDEN, "Permission denied");
        }
    }

    private static Selection selection(
            ClassSchema schema, FindRequest request, HiddenFields hidden) {
        Set<String> wanted = new HashSet<>();
        request.keys().ifPresent(keys -> keys.forEach(key -> wanted.add(root(key))));
        request.include().forEach(path -> wanted.add(root(path)));
        Set<String> excluded = new HashSet<>();
        request.excludeKeys().stream().filter(key -> key.indexOf('.') < 0).forEach(excluded::add);
        Set<String> withUsers = hidden.owned().keySet();
        Selection selection =
                Selection.of(
                        schema,
                        field ->
                                (request.keys().isEmpty()
                                                || wanted.contains(field)
                                                || withUsers.contains(field))
                                        && !excluded.contains(field));
        return hidden.dependsOnRow() ? selection : selection.without(hidden.always());
    }

    private static String root(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    /// Whether the rows are the answer, with nothing to look up or take out.
    private boolean isStreamable(Plan plan) {
        ClassRules special = rules.get(plan.schema().name());
        return plan.request().include().isEmpty()
                && !plan.request().includeAll()
                && !plan.hidden().dependsOnRow()
                && (special == null || !special.presents());
    }

    private List<ObjectNode> trees(Plan plan) {
        var writer = new RowWriter(plan.app(), plan.selection(), files);
        List<ObjectNode> found = database.query(select(plan), writer::tree);
        ClassRules special = rules.get(plan.schema().name());
        for (ObjectNode each : found) {
            plan.hidden().strip(each, plan.caller());
            if (special != null) {
                special.present(plan.app(), plan.caller(), each);
            }
        }
        includer.include(plan, found);
        return found;
    }

    private Sql select(Plan plan) {
        FindRequest request = plan.request();
        Sql select =
                plan.selection()
                        .select("t")
                        .add(" FROM " + Table.of(plan.app(), plan.schema().name()))
                        .add(" AS t WHERE ")
                        .add(plan.sql());
        Sql order = queries.order(plan.schema(), plan.where(), request.order());
        if (!order.isEmpty()) {
            select.add(" ORDER BY ").add(order);
        }
        select.add(" LIMIT ?", Math.min(request.limit(), settings.maxLimit()));
        return request.skip() == 0 ? select : select.add(" OFFSET ?", request.skip());
    }

    private OptionalLong count(Optional<Plan> found) {
        if (found.isEmpty()) {
            return OptionalLong.of(0);
        }
        Plan plan = found.get();
        Where pointers = new Access(plan.caller()).require(plan.schema(), Action.COUNT);
        Sql sql =
                Sql.of(
                                "SELECT count(*) FROM "
                                        + Table.of(plan.app(), plan.schema().name())
                                        + " AS t WHERE ")
                        .add(plan.sql());
        if (!pointers.equals(Where.all())) {
            sql.add(" AND ")
                    .add(
                            queries.condition(
                                    plan.app(),
                                    new Access(plan.caller()),
                                    plan.schema(),
                                    pointers));
        }
        return OptionalLong.of(database.queryFirst(sql, row -> row.getLong(1)).orElse(0L));
    }

    private Rendered explain(Plan plan) {
        String text =
                database.queryFirst(
                                Sql.of("EXPLAIN (FORMAT JSON) ").add(select(plan)),
                                row -> row.getString(1))
                        .orElse("[]");
        return Rendered.of(out -> {
            out.writeStartObject();
            out.writeName("results");
            out.writeRawValue(text);
            out.writeEndObject();
        });
    }

    private Optional<String> redirect(App app, String className, FindRequest request) {
        return request.redirect()
                .filter(key -> !key.isEmpty())
                .map(key -> {
                    Optional<FieldType> type =
                            schemas.find(app, className).flatMap(s -> s.type(key));
                    return switch (type.orElse(null)) {
                        case FieldType.Pointer(var target) -> target;
                        case FieldType.Relation(var target) -> target;
                        case null, default -> className;
                    };
                });
    }

    /// Objects with hidden columns, whoever asks.
    List<ObjectNode> findHidden(App app, String className, Where where, int limit) {
        Optional<ClassSchema> schema = schemas.find(app, className);
        if (schema.isEmpty()) {
            return List.of();
        }
        Selection selection = Selection.withHidden(schema.get());
        Access access = new Access(new Caller.Master());
        return database.query(
                Sql.of(
                                "SELECT "
                                        + selection.sql("t")
                                        + " FROM "
                                        + Table.of(app, className)
                                        + " AS t WHERE ")
                        .add(queries.condition(app, access, schema.get(), where))
                        .add(" ORDER BY t.\"createdAt\", t.\"objectId\" LIMIT ?", limit),
                new RowWriter(app, selection, files)::tree);
    }

    /// What a caller may see of a stored object, as a new node.
    ObjectNode shown(App app, Caller caller, String className, ObjectNode stored) {
        ObjectNode object = stored.deepCopy();
        object.remove(
                object.propertyNames().stream().filter(name -> name.startsWith("_")).toList());
        schemas.find(app, className)
                .ifPresent(schema -> HiddenFields.of(schema, caller).strip(object, caller));
        ClassRules special = rules.get(className);
        if (special != null) {
            special.present(app, caller, object);
        }
        return object;
    }

    /// Runs a query, and once more when a class changed under it, elsewhere.
    private <T> T retrying(App app, Supplier<T> query) {
        try {
            return query.get();
        } catch (StoreException failure) {
            if (!failure.isUndefinedObject() || database.isInTransaction()) {
                throw failure;
            }
            schemas.forget(app.schema());
            return query.get();
        }
    }
}
