package dev.rialto.installations;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Draft;
import dev.rialto.spi.Objects;
import dev.rialto.store.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Objects of one class in memory, which run the rules as the real ones do but know only the
/// queries that these rules make.
final class RememberedObjects implements Objects {
    private final Map<String, ObjectNode> stored = new LinkedHashMap<>();
    private final Database database;
    private final Ids ids = new Ids();
    private @Nullable ClassRules rules;

    RememberedObjects(Database database) {
        this.database = database;
    }

    void use(ClassRules theirs) {
        rules = theirs;
    }

    synchronized Map<String, ObjectNode> all() {
        return new LinkedHashMap<>(stored);
    }

    @Override
    public ObjectNode create(
            App app, Caller caller, Optional<Call> call, String className, ObjectNode fields) {
        String id = ids.objectId();
        var draft = new Draft(app, caller, call, className, id, fields, true, Optional.empty());
        return database.inTransaction(() -> {
            rules().beforeSave(draft);
            synchronized (this) {
                stored.put(id, fields.deepCopy().put("objectId", id));
            }
            return Json.object().put("objectId", id).put("createdAt", "now");
        });
    }

    @Override
    public ObjectNode update(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            String objectId,
            ObjectNode fields) {
        ObjectNode original;
        synchronized (this) {
            original = java.util.Objects.requireNonNull(stored.get(objectId)).deepCopy();
        }
        var draft =
                new Draft(
                        app,
                        caller,
                        call,
                        className,
                        objectId,
                        fields,
                        false,
                        Optional.of(original));
        return database.inTransaction(() -> {
            rules().beforeSave(draft);
            synchronized (this) {
                stored.put(objectId, original.setAll(fields));
            }
            return Json.object().put("updatedAt", "now");
        });
    }

    @Override
    public synchronized void delete(App app, Caller caller, String className, String objectId) {
        ObjectNode original = java.util.Objects.requireNonNull(stored.get(objectId));
        rules().beforeDelete(app, caller, original);
        stored.remove(objectId);
    }

    @Override
    public Optional<ObjectNode> get(App app, Caller caller, String className, String objectId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean updateIf(
            App app, String className, String objectId, ObjectNode condition, ObjectNode fields) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ObjectNode> find(App app, Caller caller, String className, Where where, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectNode search(App app, Caller caller, String className, ObjectNode query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized List<ObjectNode> findHidden(
            App app, String className, Where where, int limit) {
        return stored.values().stream().filter(object -> matches(object, where)).toList();
    }

    @Override
    public ObjectNode shown(App app, Caller caller, String className, ObjectNode object) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ObjectNode> told(Call call, String className, ObjectNode found) {
        return Optional.of(found);
    }

    @Override
    public Optional<ObjectNode> told(App app, Caller caller, String className, ObjectNode found) {
        return Optional.of(found);
    }

    @Override
    public synchronized int deleteWhere(App app, String className, Where where) {
        int before = stored.size();
        stored.values().removeIf(object -> matches(object, where));
        return before - stored.size();
    }

    private ClassRules rules() {
        return java.util.Objects.requireNonNull(rules);
    }

    private static boolean matches(ObjectNode object, Where where) {
        if (!(where instanceof Where.On on)) {
            throw new UnsupportedOperationException(where.toString());
        }
        var value = new Value.Text(object.path(on.path().field()).asString(""));
        return switch (on.predicate()) {
            case Predicate.Equal(var expected) -> value.equals(expected);
            case Predicate.In(var expected) -> expected.contains(value);
            default -> throw new UnsupportedOperationException(where.toString());
        };
    }
}
