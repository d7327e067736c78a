package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Where;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Sql;
import dev.rialto.where.SortKey;
import dev.rialto.where.Table;
import dev.rialto.where.WhereSql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Makes plans of queries: folds the access rules of class and caller into the condition, and
/// chooses the columns.
final class Planner {
    private static final int REMEMBERED_SELECTIONS = 10_000;

    private final Schemas schemas;
    private final Queries queries;
    private final SystemClasses classes;
    private final int maxLimit;

    /// The selections of all that a class shows, by the class's table.
    private final Map<String, WholeClass> wholeClasses = new ConcurrentHashMap<>();

    /// What a state of a class shows.
    private record WholeClass(ClassSchema schema, Selection selection) {}

    Planner(Schemas schemas, Queries queries, SystemClasses classes, ObjectsSettings settings) {
        this.schemas = schemas;
        this.queries = queries;
        this.classes = classes;
        this.maxLimit = settings.maxLimit();
    }

    /// Plans a query; there is none when the class does not exist.
    ///
    /// @throws RialtoException when the caller may not ask so
    Optional<Plan> plan(Requester asker, String className, Plan.Question question) {
        requireReachable(className);
        return schemas.find(asker.app(), className).map(schema -> plan(asker, schema, question));
    }

    /// Plans a query of a class as it is in a certain state.
    ///
    /// @throws RialtoException when the caller may not ask so
    Plan plan(Requester asker, ClassSchema schema, Plan.Question question) {
        App app = asker.app();
        String className = schema.name();
        Caller caller = asker.caller();
        Access access = new Access(caller);
        FindRequest request = question.request();
        Where asked = question.where();
        Where pointers = access.require(schema, question.action());
        ClassRules classRules = classes.rules(className);
        HiddenFields hidden = HiddenFields.of(schema, caller, classRules);
        if (!question.byPath()) {
            hidden.requireNotIn(asked, className);
            hidden.requireVisible(request.order(), className);
        }
        Where where =
                classRules == null
                        ? asked
                        : classRules.beforeFind(app, caller, asked, question.byPath());
        List<Where> conditions = List.of(where, pointers);
        return new Plan(
                asker,
                schema,
                request,
                where,
                question.action(),
                selection(app, schema, request, hidden).withScore(score(schema, request, where)),
                hidden,
                unwanted(schema, hidden, request),
                condition(app, access, schema, conditions),
                conditions.stream().allMatch(each -> OwnTable.suffices(schema, each)));
    }

    /// The class of an object that is asked for by its id, if the caller sees all of its fields as
    /// soon as the object's ACL lets it see any.
    ///
    /// @throws RialtoException when the caller may not ask so
    Optional<ClassSchema> shownWhole(Requester asker, String className, Plan.Question question) {
        requireReachable(className);
        if (!question.request().isPlain() || presents(className)) {
            return Optional.empty();
        }
        Caller caller = asker.caller();
        ClassRules classRules = classes.rules(className);
        return schemas.find(asker.app(), className)
                .filter(schema ->
                        new Access(caller).require(schema, question.action()).equals(Where.all())
                                && HiddenFields.of(schema, caller, classRules).isEmpty()
                                && (classRules == null
                                        || classRules
                                                .beforeFind(
                                                        asker.app(), caller, question.where(), true)
                                                .equals(question.where())));
    }

    /// Whether the rules of a class change what objects show.
    boolean presents(String className) {
        ClassRules classRules = classes.rules(className);
        return classRules != null && classRules.presents();
    }

    /// All conditions, and what the ACL asks.
    private Sql condition(App app, Access access, ClassSchema schema, List<Where> conditions) {
        List<Sql> parts = new ArrayList<>();
        for (Where each : conditions) {
            if (!each.equals(Where.all())) {
                parts.add(queries.condition(app, access, schema, each));
            }
        }
        Sql acl = access.mayRead("t");
        if (!acl.isEmpty()) {
            parts.add(acl);
        }
        return Sql.join(" AND ", parts, "true");
    }

    private void requireReachable(String className) {
        if (classes.isInternal(className)) {
            throw new RialtoException(ErrorCode.OPERATION_FORBIDDEN, "Permission denied");
        }
    }

    /// What `keys=$score` asks for.
    private static Optional<Sql> score(ClassSchema schema, FindRequest request, Where where) {
        return request.keys().filter(keys -> keys.contains(SortKey.SCORE)).isPresent()
                ? WhereSql.score(schema, "t", where)
                : Optional.empty();
    }

    private Selection selection(
            App app, ClassSchema schema, FindRequest request, HiddenFields hidden) {
        if (request.keys().isEmpty() && request.excludeKeys().isEmpty() && hidden.isEmpty()) {
            return wholeClass(app, schema);
        }
        Predicate<String> wanted = wanted(schema, request);
        Set<String> owners = hidden.owned().keySet();
        Selection selection =
                Selection.of(schema, field -> wanted.test(field) || owners.contains(field));
        return hidden.dependsOnRow() ? selection : selection.without(hidden.always());
    }

    private Selection wholeClass(App app, ClassSchema schema) {
        String table = Table.of(app, schema.name());
        WholeClass known = wholeClasses.get(table);
        if (known != null && isSame(known.schema(), schema)) {
            return known.selection();
        }
        if (wholeClasses.size() >= REMEMBERED_SELECTIONS) {
            wholeClasses.clear();
        }
        Selection selection = Selection.of(schema, _ -> true);
        wholeClasses.put(table, new WholeClass(schema, selection));
        return selection;
    }

    /// Whether it is the very same instance: comparing fields would cost what is to be saved.
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(ClassSchema one, ClassSchema other) {
        return one == other;
    }

    /// The fields that `keys`, `excludeKeys` and what is included ask for.
    private static Predicate<String> wanted(ClassSchema schema, FindRequest request) {
        Set<String> wanted = new HashSet<>();
        if (request.includeAll()) {
            wanted.addAll(Includer.includable(schema));
        }
        request.keys().ifPresent(keys -> keys.forEach(key -> wanted.add(root(key))));
        request.include().forEach(path -> wanted.add(root(path)));
        Set<String> excluded = new HashSet<>();
        request.excludeKeys().stream().filter(key -> key.indexOf('.') < 0).forEach(excluded::add);
        boolean all = request.keys().isEmpty();
        return field -> (all || wanted.contains(field)) && !excluded.contains(field);
    }

    private static Set<String> unwanted(
            ClassSchema schema, HiddenFields hidden, FindRequest request) {
        if (hidden.owned().isEmpty()) {
            return Set.of();
        }
        Predicate<String> wanted = wanted(schema, request);
        Set<String> unwanted = new HashSet<>(hidden.owned().keySet());
        unwanted.removeIf(field -> wanted.test(field) || ClassNames.IMPLICIT.contains(field));
        return unwanted;
    }

    private static String root(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    Sql select(Plan plan) {
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
        // Part of the text: PostgreSQL plans a query for few rows otherwise than for many.
        select.add(" LIMIT " + Math.min(request.limit(), maxLimit));
        return request.skip() == 0 ? select : select.add(" OFFSET ?", request.skip());
    }

    /// The number of all that match, if the caller may count them.
    Sql count(Plan plan) {
        Access access = new Access(plan.caller());
        Where pointers = access.require(plan.schema(), Action.COUNT);
        Sql sql =
                Sql.of("SELECT count(*) FROM " + Table.of(plan.app(), plan.schema().name()))
                        .add(" AS t WHERE ")
                        .add(plan.sql());
        if (plan.action() != Action.COUNT && !pointers.equals(Where.all())) {
            sql.add(" AND ").add(queries.condition(plan.app(), access, plan.schema(), pointers));
        }
        return sql;
    }

    /// The class that is queried instead, when a redirect is asked for.
    Optional<String> redirect(App app, String className, FindRequest request) {
        return redirect(app, className, request.redirect());
    }

    Optional<String> redirect(App app, String className, Optional<String> field) {
        return field.filter(key -> !key.isEmpty())
                .map(key ->
                        schemas.find(app, className)
                                .map(schema -> schema.redirectedBy(key))
                                .orElse(className));
    }
}
