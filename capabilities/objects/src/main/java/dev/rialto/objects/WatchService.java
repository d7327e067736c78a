package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.model.FileAddresses;
import dev.rialto.model.Predicate;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.model.ValueWriter;
import dev.rialto.model.Where;
import dev.rialto.model.WhereMatcher;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.spi.Watching;
import dev.rialto.where.Table;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Admits queries that are held against changes, by the same rules as finds.
final class WatchService implements Watching {
    private static final Set<String> ALWAYS_SHOWN =
            Set.of("objectId", "createdAt", "updatedAt", "ACL", "className");

    private static final Caller SOMEBODY = new Caller.Anonymous();

    private final Schemas schemas;
    private final Queries queries;
    private final Finder finder;
    private final SystemClasses classes;
    private final FileAddresses files;
    private final WhereMatcher matcher = new WhereMatcher(new NoMatchContext());

    WatchService(
            Schemas schemas,
            Queries queries,
            Finder finder,
            SystemClasses classes,
            FileAddresses files) {
        this.finder = finder;
        this.schemas = schemas;
        this.queries = queries;
        this.classes = classes;
        this.files = files;
    }

    /// Refuses conditions that only the database can answer.
    private static final class NoMatchContext implements WhereMatcher.MatchContext {
        @Override
        public List<ObjectNode> find(SubQuery query) {
            throw unfollowable("sub-queries");
        }

        @Override
        public boolean isRelated(Value.Pointer owner, String key, String relatedId) {
            throw unfollowable("relations");
        }
    }

    @Override
    public Watch watch(App app, Caller caller, Request request) {
        String className = request.className();
        classes.requireValid(className);
        ClassSchema schema =
                schemas.find(app, className).orElseGet(() -> Schemas.beforeFirstObject(className));
        Where pointers = new Access(caller).require(schema, Action.FIND);
        ClassRules classRules = classes.rules(className);
        HiddenFields hidden = HiddenFields.of(schema, caller, classRules);
        Where asked = queries.parse(app, className, request.where());
        hidden.requireNotIn(asked, className);
        request.watch().forEach(field -> hidden.requireVisible(root(field), className));
        includes(request);
        Where where = classRules == null ? asked : classRules.beforeFind(app, caller, asked, false);
        requireFollowable(where);
        var shape = shape(caller, schema, hidden, request);
        return new Watch(
                new FollowedQuery(
                        app.schema(),
                        className,
                        where,
                        anchor(schema, where),
                        matcher.ready(className, where)),
                new CallersView(
                        app,
                        caller,
                        pointers,
                        matcher.ready(className, pointers),
                        shape,
                        classRules));
    }

    /// The first condition that a top-level field equals one value. Not of fields that can hold
    /// several values.
    private static Optional<Anchor> anchor(ClassSchema schema, Where where) {
        return switch (where) {
            case Where.And(var parts) ->
                    parts.stream().flatMap(part -> anchor(schema, part).stream()).findFirst();
            case Where.On(var path, Predicate.Equal(var value)) when !path.isNested() ->
                    schema.type(path.field())
                            .filter(type -> isSingle(type, value))
                            .map(_ -> new Anchor(path.field(), ValueWriter.write(value)));
            case Where.On _, Where.Or _, Where.Nor _, Where.RelatedTo _ -> Optional.empty();
        };
    }

    private static boolean isSingle(FieldType type, Value value) {
        return switch (value) {
            case Value.Text _ -> type instanceof FieldType.Text;
            case Value.Bool _ -> type instanceof FieldType.Bool;
            case Value.Pointer _ -> type instanceof FieldType.Pointer;
            default -> false;
        };
    }

    /// The fields that a view shows of a visible object.
    ///
    /// @param keys if present, the only fields
    /// @param viewer present if the fields depend on the viewer
    private record Projection(
            String className,
            Optional<Set<String>> keys,
            HiddenFields hidden,
            Optional<Caller> viewer) {}

    private record FollowedQuery(
            String schema,
            String className,
            Where where,
            Optional<Anchor> anchor,
            WhereMatcher.Condition condition)
            implements WatchedQuery {
        @Override
        public boolean holds(ObjectNode object) {
            return condition.holds(object);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof FollowedQuery query
                    && schema.equals(query.schema)
                    && className.equals(query.className)
                    && where.equals(query.where);
        }

        @Override
        public int hashCode() {
            return Objects.hash(schema, className, where);
        }
    }

    private record CallersView(
            App app,
            Caller caller,
            Where pointers,
            WhereMatcher.Condition pointed,
            Projection shape,
            @Nullable ClassRules classRules)
            implements View {
        @Override
        public boolean mayRead(ObjectNode object) {
            return new Access(caller).isReadable(object) && pointed.holds(object);
        }

        @Override
        public ObjectNode shown(ObjectNode object) {
            ObjectNode shown = object.deepCopy();
            shape.hidden().strip(shown, caller);
            if (classRules != null) {
                classRules.present(app, caller, shown);
            }
            shown.put("className", shape.className());
            shape.keys().ifPresent(shown::retain);
            return shown;
        }

        /// Equal views let read and show the same.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof CallersView view
                    && app.equals(view.app)
                    && caller.names().equals(view.caller.names())
                    && caller.seesEverything() == view.caller.seesEverything()
                    && pointers.equals(view.pointers)
                    && shape.equals(view.shape);
        }

        @Override
        public int hashCode() {
            return Objects.hash(app, caller.names(), pointers, shape);
        }
    }

    private Projection shape(
            Caller caller, ClassSchema schema, HiddenFields hidden, Request request) {
        Optional<Set<String>> keys =
                request.keys()
                        .map(WatchService::shownKeys)
                        .map(shown -> {
                            request.include().forEach(path -> shown.add(root(path)));
                            return shown;
                        });
        // What rules present and pointers give back depends on who looks.
        boolean personal = hidden.dependsOnRow() || classes.contains(schema.name());
        return new Projection(
                schema.name(), keys, hidden, personal ? Optional.of(caller) : Optional.empty());
    }

    private static Set<String> shownKeys(List<String> wanted) {
        Set<String> shown = new LinkedHashSet<>(ALWAYS_SHOWN);
        wanted.forEach(key -> shown.add(root(key)));
        return shown;
    }

    private static String root(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    private static void requireFollowable(Where where) {
        switch (where) {
            case Where.And(var parts) -> parts.forEach(WatchService::requireFollowable);
            case Where.Or(var parts) -> parts.forEach(WatchService::requireFollowable);
            case Where.Nor(var parts) -> parts.forEach(WatchService::requireFollowable);
            case Where.RelatedTo _ -> throw unfollowable("$relatedTo");
            case Where.On(_, var predicate) -> requireFollowable(predicate);
        }
    }

    private static void requireFollowable(Predicate predicate) {
        switch (predicate) {
            case Predicate.Not(var negated) -> requireFollowable(negated);
            case Predicate.InQuery _, Predicate.NotInQuery _ ->
                    throw unfollowable("$inQuery and $notInQuery");
            case Predicate.Select _, Predicate.DontSelect _ ->
                    throw unfollowable("$select and $dontSelect");
            default -> {}
        }
    }

    private static RialtoException unfollowable(String what) {
        return new RialtoException(
                ErrorCode.INVALID_QUERY, "bad constraint: changes can't be followed by " + what);
    }

    /// The options of a request as those of a find.
    ///
    /// @throws RialtoException INVALID_QUERY when it includes too much
    private static FindRequest includes(Request request) {
        if (request.include().isEmpty() && request.keys().isEmpty()) {
            return FindRequest.all();
        }
        ObjectNode parameters = Json.object();
        request.keys().ifPresent(keys -> keys.forEach(parameters.withArray("keys")::add));
        request.include().forEach(parameters.withArray("include")::add);
        return FindRequest.read(parameters);
    }

    @Override
    public Request asked(App app, Caller caller, Request request) {
        FindRequest plain = includes(request).withWhere(request.where());
        FindRequest asked =
                finder.triggers()
                        .before(
                                Requester.of(app, caller),
                                request.className(),
                                plain,
                                request.where(),
                                false);
        return new Request(
                request.className(),
                asked.where(),
                asked.keys(),
                request.watch(),
                asked.includeAll() ? List.of("*") : asked.include());
    }

    @Override
    public boolean restricts(App app, String className) {
        return finder.triggers().has(Requester.of(app, SOMEBODY), className, Moment.BEFORE_FIND);
    }

    @Override
    public boolean prepares(App app, Request request) {
        return !request.include().isEmpty()
                || request.keys().stream().flatMap(List::stream).anyMatch(key -> key.contains("."))
                || finder.triggers()
                        .has(Requester.of(app, SOMEBODY), request.className(), Moment.AFTER_FIND);
    }

    @Override
    public Optional<ObjectNode> prepared(
            App app, Caller caller, Request request, ObjectNode shown) {
        String className = request.className();
        Requester asker = Requester.of(app, caller);
        FindRequest options = includes(request);
        ObjectNode object = shown.deepCopy();
        finder.include(asker, className, options, object);
        object.remove("className");
        FindRequest told = options.withWhere(request.where());
        Optional<ObjectNode> seen =
                finder.triggers().after(asker, className, told, List.of(object)).stream()
                        .findFirst();
        return seen.map(each -> each.put("className", className));
    }

    @Override
    public List<ObjectNode> search(App app, Caller caller, Request request, int limit) {
        String className = request.className();
        FindRequest wanted = includes(request).withWhere(request.where()).withLimit(limit);
        return finder.triggered(Requester.of(app, caller), className, wanted).stream()
                .map(object -> object.put("className", className))
                .toList();
    }

    @Override
    public List<ObjectNode> find(App app, Caller caller, Request request, int limit) {
        String className = request.className();
        Where where = queries.parse(app, className, request.where());
        List<ObjectNode> found = finder.find(app, caller, className, where, limit);
        found.forEach(object -> {
            object.put("className", className);
            request.keys().ifPresent(keys -> object.retain(shownKeys(keys)));
        });
        return found;
    }

    @Override
    public String table(String className) {
        return Table.name(className);
    }

    @Override
    public Optional<ObjectNode> object(App app, String className, String row) {
        return schemas.find(app, className)
                .map(schema -> new ChangeRowReader(app, schema, files).read(Json.read(row)));
    }

    @Override
    public void classChanged(App app, String className) {
        schemas.changed(app.schema(), className);
    }
}
