package dev.rialto.sdk.testing;

import dev.rialto.sdk.Caller;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Functions;
import dev.rialto.sdk.Objects;
import dev.rialto.sdk.Query;
import dev.rialto.sdk.Update;
import dev.rialto.sdk.Write;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Objects in memory. Ids are counted: `id1`, `id2`, ... An object's ACL decides who sees and
/// changes it; nothing else does.
public final class MemoryObjects implements Objects {
    private static final int NOT_FOUND = 101;
    private static final int WRONG_TYPE = 111;
    private static final int CONDITION_NOT_MET = 1412;
    private static final String ACL = "ACL";
    private static final String OPERATION = "__op";

    private final Rows rows;
    private final Clock clock;
    private final Caller caller;

    /// All objects, by class and id. Its monitor guards it.
    private static final class Rows {
        private final Map<String, Map<String, Entity>> classes = new LinkedHashMap<>();
        private int count;

        Map<String, Entity> of(String className) {
            return classes.computeIfAbsent(className, _ -> new LinkedHashMap<>());
        }
    }

    MemoryObjects(Clock clock) {
        this(new Rows(), clock, Caller.anonymous());
    }

    private MemoryObjects(Rows rows, Clock clock, Caller caller) {
        this.rows = rows;
        this.clock = clock;
        this.caller = caller;
    }

    MemoryObjects as(Caller other) {
        return new MemoryObjects(rows, clock, other);
    }

    @Override
    public MemoryObjects asMaster() {
        return as(Caller.masterKey());
    }

    /// Puts an object there as it is, with its id: what a test begins with.
    ///
    /// @return this
    public MemoryObjects given(Entity object) {
        if (object.id().isEmpty()) {
            throw new IllegalArgumentException("a given object needs an id: " + object);
        }
        synchronized (rows) {
            rows.of(object.className())
                    .put(object.id(), merged(Map.of(), object, object.id(), false));
        }
        return this;
    }

    @Override
    public Entity save(Entity object) {
        synchronized (rows) {
            Map<String, Entity> all = rows.of(object.className());
            boolean creates = object.id().isEmpty();
            String id = creates ? "id" + ++rows.count : object.id();
            Map<String, @Nullable Object> before =
                    creates ? Map.of() : allowed(object.className(), id, "write").fields();
            Entity saved = merged(before, object, id, true);
            all.put(id, saved);
            return saved;
        }
    }

    @Override
    public Optional<Entity> get(String className, String id) {
        synchronized (rows) {
            return Optional.ofNullable(rows.of(className).get(id))
                    .filter(each -> may(each, "read"));
        }
    }

    @Override
    public List<Entity> find(Query query) {
        return answer(query).stream().map(each -> Answered.form(each, query, this::get)).toList();
    }

    private List<Entity> answer(Query query) {
        int limit = query.limit() < 0 ? Answered.USUAL_LIMIT : query.limit();
        return matching(query)
                .sorted(Answered.order(query.order()))
                .skip(query.skip())
                .limit(limit)
                .toList();
    }

    @Override
    public long count(Query query) {
        return matching(query).count();
    }

    private Stream<Entity> matching(Query query) {
        Map<String, @Nullable Object> where = new LinkedHashMap<>(query.where());
        Object relation = where.remove("$relatedTo");
        Stream<Entity> all =
                visible(query.className()).stream().filter(each -> Conditions.match(each, where));
        return relation instanceof Map<?, ?> related
                        && related.get("object") instanceof Entity.Pointer owner
                ? all.filter(each ->
                        related(owner, String.valueOf(related.get("key"))).contains(each.pointer()))
                : all;
    }

    private List<?> related(Entity.Pointer owner, String key) {
        return get(owner.className(), owner.id()).map(each -> each.list(key)).orElse(List.of());
    }

    @Override
    public Entity update(Entity.Pointer object, Update update) {
        synchronized (rows) {
            String className = object.className();
            Entity before = allowed(className, object.id(), "write");
            if (update.condition()
                    .filter(query -> !Conditions.match(before, query.where()))
                    .isPresent()) {
                throw new FunctionException(
                        CONDITION_NOT_MET, "The object does not match the condition.");
            }
            Entity written = new Entity(className, object.id(), update.fields());
            Entity after = merged(before.fields(), written, object.id(), true);
            rows.of(className).put(object.id(), after);
            Entity told = new Entity(className, object.id(), Map.of());
            for (var each : update.fields().entrySet()) {
                if (each.getValue() instanceof Map<?, ?> map
                        && map.containsKey(OPERATION)
                        && after.has(each.getKey())) {
                    told = told.with(each.getKey(), after.get(each.getKey()));
                }
            }
            return told.with("updatedAt", after.get("updatedAt"));
        }
    }

    @Override
    public List<Functions.Attempt<Entity>> batch(List<? extends Write> writes) {
        List<Functions.Attempt<Entity>> attempts = new ArrayList<>();
        for (Write each : writes) {
            try {
                attempts.add(new Functions.Attempt.Done<>(write(each)));
            } catch (FunctionException failure) {
                attempts.add(new Functions.Attempt.Failed<>(failure));
            }
        }
        return List.copyOf(attempts);
    }

    @Override
    public List<Entity> transact(List<? extends Write> writes) {
        synchronized (rows) {
            Map<String, Map<String, Entity>> before = new LinkedHashMap<>();
            rows.classes.forEach((name, all) -> before.put(name, new LinkedHashMap<>(all)));
            boolean done = false;
            try {
                List<Entity> written = new ArrayList<>();
                for (Write each : writes) {
                    written.add(write(each));
                }
                done = true;
                return List.copyOf(written);
            } finally {
                if (!done) {
                    rows.classes.clear();
                    rows.classes.putAll(before);
                }
            }
        }
    }

    private Entity write(Write write) {
        return switch (write) {
            case Write.Save(Entity object) -> save(object);
            case Write.Change(Entity.Pointer object, Update update) -> update(object, update);
            case Write.Delete(Entity.Pointer object) -> {
                delete(object.className(), object.id());
                yield new Entity(object.className(), object.id(), Map.of());
            }
        };
    }

    /// Not known here.
    @Override
    public List<Map<String, @Nullable Object>> aggregate(
            String className, List<? extends Map<String, ?>> pipeline) {
        throw new UnsupportedOperationException(
                "a TestContext does not aggregate: try it on a LocalServer");
    }

    @Override
    public double increment(String className, String id, String field, double by) {
        synchronized (rows) {
            Entity object = allowed(className, id, "write");
            Entity changed = object.with(field, sum(object.get(field), by));
            rows.of(className).put(id, merged(object.fields(), changed, id, true));
            return changed.number(field).orElseThrow();
        }
    }

    @Override
    public void delete(String className, String id) {
        synchronized (rows) {
            allowed(className, id, "write");
            rows.of(className).remove(id);
        }
    }

    private Collection<Entity> visible(String className) {
        synchronized (rows) {
            return rows.of(className).values().stream().filter(each -> may(each, "read")).toList();
        }
    }

    private Entity allowed(String className, String id, String right) {
        Entity object = rows.of(className).get(id);
        if (object == null || !may(object, right)) {
            throw new FunctionException(NOT_FOUND, "Object not found.");
        }
        return object;
    }

    private boolean may(Entity object, String right) {
        if (caller.master() || !(object.get(ACL) instanceof Map<?, ?> acl)) {
            return true;
        }
        return grants(acl.get("*"), right)
                || caller.userId().filter(each -> grants(acl.get(each), right)).isPresent()
                || caller.roles().stream().anyMatch(each -> grants(acl.get("role:" + each), right));
    }

    private static boolean grants(@Nullable Object rights, String right) {
        return rights instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get(right));
    }

    private Entity merged(
            Map<String, @Nullable Object> before, Entity written, String id, boolean dated) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(before);
        written.fields()
                .forEach((name, value) -> {
                    if (value instanceof Map<?, ?> map && map.get(OPERATION) instanceof String op) {
                        operate(fields, name, op, map);
                    } else {
                        fields.put(name, stored(value));
                    }
                });
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (dated || !fields.containsKey("updatedAt")) {
            fields.put("updatedAt", now);
        }
        fields.putIfAbsent("createdAt", now);
        return new Entity(written.className(), id, fields);
    }

    private static void operate(
            Map<String, @Nullable Object> fields, String name, String op, Map<?, ?> operation) {
        switch (op) {
            case "Delete" -> fields.remove(name);
            case "Increment" ->
                    fields.put(
                            name,
                            sum(
                                    fields.get(name),
                                    operation.get("amount") instanceof Number by
                                            ? by.doubleValue()
                                            : 1));
            case "Add" -> changeList(fields, name, operation, List::addAll);
            case "AddUnique", "AddRelation" ->
                    changeList(
                            fields,
                            name,
                            operation,
                            (list, objects) ->
                                    objects.stream()
                                            .filter(each -> !list.contains(each))
                                            .forEach(list::add));
            case "Remove", "RemoveRelation" -> changeList(fields, name, operation, List::removeAll);
            default ->
                    throw new UnsupportedOperationException(
                            "a TestContext does not support the operation "
                                    + op
                                    + ": try it on a server");
        }
    }

    /// A relation is kept as a list of pointers.
    private static void changeList(
            Map<String, @Nullable Object> fields,
            String name,
            Map<?, ?> operation,
            BiConsumer<List<Object>, List<?>> change) {
        Object before = fields.get(name);
        if (before != null && !(before instanceof List<?>)) {
            throw new FunctionException(WRONG_TYPE, name + " is not a list: " + before);
        }
        List<Object> list = new ArrayList<>(before instanceof List<?> given ? given : List.of());
        if (operation.get("objects") instanceof List<?> objects) {
            change.accept(list, objects);
        }
        fields.put(name, List.copyOf(list));
    }

    private static Object sum(@Nullable Object before, double by) {
        return switch (before) {
            case null -> narrowed(by);
            case Long number when by == Math.rint(by) -> number + (long) by;
            case Number number -> number.doubleValue() + by;
            default -> throw new FunctionException(WRONG_TYPE, "not a number to add to: " + before);
        };
    }

    private static Object narrowed(double number) {
        if (number == Math.rint(number)) {
            return (long) number;
        }
        return number;
    }

    private static @Nullable Object stored(@Nullable Object value) {
        return value instanceof Entity object ? object.pointer() : PlainValue.of(value);
    }
}
