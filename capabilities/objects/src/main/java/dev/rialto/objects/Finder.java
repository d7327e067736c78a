package dev.rialto.objects;

import dev.rialto.http.Rendered;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FileAddresses;
import dev.rialto.model.Where;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.where.SortKey;
import dev.rialto.where.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds objects: runs the plans of queries and renders the rows.
final class Finder {
    private final Database database;
    private final Schemas schemas;
    private final Queries queries;
    private final SystemClasses classes;
    private final FileAddresses files;
    private final ObjectsSettings settings;
    private final Planner planner;
    private final PlanReader reader;
    private final Includer includer;

    private final FindTriggers triggers;

    /// The services that a finder uses.
    record Services(
            Database database,
            Schemas schemas,
            Queries queries,
            SystemClasses classes,
            TriggerCalls triggers,
            ReadCache cache) {}

    Finder(Services services, FileAddresses files, ObjectsSettings settings) {
        this.database = services.database();
        this.schemas = services.schemas();
        this.queries = services.queries();
        this.classes = services.classes();
        this.files = files;
        this.settings = settings;
        this.planner = new Planner(schemas, queries, classes, settings);
        this.reader =
                new PlanReader(database, planner, files, settings.maxAnswer(), services.cache());
        this.includer = new Includer(this);
        this.triggers = new FindTriggers(services.triggers(), this);
    }

    /// The triggers around reads, for code that reads on behalf of a caller.
    FindTriggers triggers() {
        return triggers;
    }

    /// Runs a find and renders: `{"results": [...]}`, with `count` when asked for.
    Rendered find(Requester asker, String className, FindRequest request) {
        requireMayExplain(asker.caller(), request);
        return retrying(
                asker.app(),
                () -> {
                    Optional<String> redirect = planner.redirect(asker.app(), className, request);
                    Optional<Plan> plan = plan(asker, redirect.orElse(className), request);
                    if (request.explain() && plan.isPresent()) {
                        return reader.explain(plan.get());
                    }
                    return render(plan, request, redirect);
                });
    }

    private static void requireMayExplain(Caller caller, FindRequest request) {
        if (request.explain() && !caller.seesEverything()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "Using the explain query parameter requires the master key");
        }
    }

    private Optional<Plan> plan(Requester asker, String className, FindRequest request) {
        Where where = queries.parse(asker.app(), className, request.where());
        return planner.plan(asker, className, Plan.Question.of(request, where));
    }

    private Rendered render(Optional<Plan> plan, FindRequest request, Optional<String> redirect) {
        return plan.isEmpty() || redirect.isPresent() || !isStreamable(plan.get())
                ? render(found(plan, request, redirect))
                : reader.find(plan.get());
    }

    /// Runs a find; the result may be changed before it is rendered.
    FindResult found(Requester asker, String className, FindRequest request) {
        return retrying(
                asker.app(),
                () -> {
                    Optional<String> redirect = planner.redirect(asker.app(), className, request);
                    return found(
                            plan(asker, redirect.orElse(className), request), request, redirect);
                });
    }

    private FindResult found(Optional<Plan> plan, FindRequest request, Optional<String> redirect) {
        OptionalLong count = request.count() ? count(plan) : OptionalLong.empty();
        List<ObjectNode> trees =
                plan.isEmpty() || request.limit() == 0 ? List.of() : trees(plan.get());
        return new FindResult(trees, count, redirect);
    }

    /// Runs a find with the triggers of the classes that it reads.
    List<ObjectNode> triggered(Requester asker, String className, FindRequest request) {
        requireAskable(asker, className, request, Optional.empty());
        return triggers.find(asker, className, request);
    }

    /// Adds a request's includes to an object that was read elsewhere.
    void include(Requester asker, String className, FindRequest request, ObjectNode object) {
        if (!request.followed().isEmpty() || request.includeAll()) {
            planner.plan(asker, className, Plan.Question.of(request, Where.all()))
                    .ifPresent(plan -> includer.include(plan, List.of(object)));
        }
    }

    /// Renders the result of a find.
    Rendered render(FindResult found) {
        return found.render(settings.maxAnswer());
    }

    /// Rejects a query that the caller may not run.
    ///
    /// @param objectId of the one object that is asked for, if it is one
    /// @return the class that it is about
    String requireAskable(
            Requester asker, String className, FindRequest request, Optional<String> objectId) {
        requireMayExplain(asker.caller(), request);
        String queried = planner.redirect(asker.app(), className, request).orElse(className);
        if (objectId.isPresent()) {
            planner.plan(asker, queried, Plan.Question.byId(request, objectId.get()));
        } else {
            plan(asker, queried, request);
        }
        return queried;
    }

    /// The class that a query is about which is redirected by a field.
    String redirected(App app, String className, String field) {
        return planner.redirect(app, className, Optional.of(field)).orElse(className);
    }

    /// One object as the caller may see it.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND
    Rendered get(Requester asker, String className, String objectId, FindRequest request) {
        return retrying(
                asker.app(),
                () -> {
                    Plan.Question question = Plan.Question.byId(request, objectId);
                    Optional<ClassSchema> whole = planner.shownWhole(asker, className, question);
                    if (whole.isPresent()) {
                        return reader.getWhole(asker, whole.get(), question)
                                .orElseThrow(ObjectWriter::notFound);
                    }
                    Plan plan =
                            planner.plan(asker, className, question)
                                    .orElseThrow(ObjectWriter::notFound);
                    if (isStreamable(plan)) {
                        return reader.get(plan).orElseThrow(ObjectWriter::notFound);
                    }
                    return trees(plan).stream()
                            .findFirst()
                            .map(this::render)
                            .orElseThrow(ObjectWriter::notFound);
                });
    }

    /// One object as the caller may see it, if it also fulfils the condition of the request.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND
    ObjectNode getIf(Requester asker, String className, String objectId, FindRequest request) {
        return retrying(
                asker.app(),
                () -> {
                    Plan.Question asked = Plan.Question.byId(request, objectId);
                    Where also = queries.parse(asker.app(), className, request.where());
                    return planner.plan(asker, className, asked.and(also))
                            .map(this::trees)
                            .flatMap(found -> found.stream().findFirst())
                            .orElseThrow(ObjectWriter::notFound);
                });
    }

    /// Answers with one object.
    Rendered render(ObjectNode object) {
        return Rendered.of(settings.maxAnswer(), out -> Json.mapper().writeTree(out, object));
    }

    /// The objects that match, as trees, for the server itself.
    List<ObjectNode> find(App app, Caller caller, String className, Where where, int limit) {
        FindRequest request = FindRequest.all().withLimit(limit);
        return trees(Requester.server(app, caller), className, request, where);
    }

    /// One page of a walk in the order of creation.
    ///
    /// @param asked whose condition and keys count
    List<ObjectNode> scan(
            Requester asker, String className, FindRequest asked, Scanner.PageRequest piece) {
        FindRequest request =
                FindRequest.all()
                        .withLimit(piece.limit())
                        .withOrder(SortKey.CREATION)
                        .withKeys(asked.keys(), asked.excludeKeys());
        Where where = queries.parse(asker.app(), className, asked.where());
        Where page =
                piece.after()
                        .<Where>map(after -> new Where.And(List.of(where, after)))
                        .orElse(where);
        return trees(asker, className, request, page);
    }

    private List<ObjectNode> trees(
            Requester asker, String className, FindRequest request, Where where) {
        return retrying(
                asker.app(),
                () ->
                        planner.plan(asker, className, Plan.Question.of(request, where))
                                .map(this::trees)
                                .orElse(List.of()));
    }

    /// The fields to return.
    ///
    /// @param keys if present, only these fields
    /// @param excluded not these fields
    record Shown(Optional<List<String>> keys, List<String> excluded) {}

    /// Objects of one class by their ids, to be included in others: those the caller may get, as
    /// the triggers of the class let them be seen.
    List<ObjectNode> fetchIncluded(
            Requester asker, String className, List<String> ids, Shown shown) {
        FindRequest request =
                FindRequest.all().withLimit(ids.size()).withKeys(shown.keys(), shown.excluded());
        List<ObjectNode> found;
        if (triggers.has(asker, className)) {
            if (!isReachable(asker, className, request, ids)) {
                return List.of();
            }
            // Includes added by a trigger could be circular.
            FindRequest asked =
                    triggers.before(asker, className, request, byIds(ids), ids.size() == 1)
                            .withoutIncludes();
            found =
                    triggers.after(
                            asker, className, asked, reachable(asker, className, asked, ids));
        } else {
            found = reachable(asker, className, request, ids);
        }
        for (ObjectNode each : found) {
            each.put("__type", "Object");
            each.put("className", className);
            // Sessions are never included in other objects.
            each.remove("sessionToken");
        }
        return found;
    }

    private static ObjectNode byIds(List<String> ids) {
        ObjectNode where = Json.object();
        if (ids.size() == 1) {
            return where.put("objectId", ids.getFirst());
        }
        ArrayNode list = where.putObject("objectId").putArray("$in");
        ids.forEach(list::add);
        return where;
    }

    /// Whether the caller may get objects of a class at all.
    private boolean isReachable(
            Requester asker, String className, FindRequest request, List<String> ids) {
        return quietly(() -> planner.plan(asker, className, Plan.Question.byIds(request, ids)))
                .isPresent();
    }

    private List<ObjectNode> reachable(
            Requester asker, String className, FindRequest request, List<String> ids) {
        Where also = queries.parse(asker.app(), className, request.where());
        Plan.Question asked = Plan.Question.byIds(request, ids);
        Plan.Question question = request.where().isEmpty() ? asked : asked.and(also);
        return quietly(() -> planner.plan(asker, className, question).map(this::trees))
                .orElse(List.of());
    }

    /// Objects that the caller may not read are not included.
    private static <T> Optional<T> quietly(Supplier<Optional<T>> read) {
        try {
            return read.get();
        } catch (RialtoException denied) {
            if (denied.code().kind() == ErrorCode.Kind.CALLER) {
                return Optional.empty();
            }
            throw denied;
        }
    }

    /// Whether rows can be returned directly, without includes or hidden fields.
    private boolean isStreamable(Plan plan) {
        return plan.request().followed().isEmpty()
                && !plan.request().includeAll()
                && !plan.hidden().dependsOnRow()
                && !planner.presents(plan.schema().name());
    }

    private List<ObjectNode> trees(Plan plan) {
        List<ObjectNode> found = reader.trees(plan);
        ClassRules classRules = classes.rules(plan.schema().name());
        for (ObjectNode each : found) {
            if (classRules != null) {
                classRules.present(plan.app(), plan.caller(), each);
            }
            plan.strip(each);
        }
        includer.include(plan, found);
        return found;
    }

    private OptionalLong count(Optional<Plan> plan) {
        return OptionalLong.of(plan.map(reader::count).orElse(0L));
    }

    /// Objects with hidden columns, regardless of the caller.
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
        ClassRules classRules = classes.rules(className);
        schemas.find(app, className)
                .ifPresent(schema ->
                        HiddenFields.of(schema, caller, classRules).strip(object, caller));
        if (classRules != null) {
            classRules.present(app, caller, object);
        }
        return object;
    }

    /// Runs a query, and retries once if another node changed the class meanwhile.
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
