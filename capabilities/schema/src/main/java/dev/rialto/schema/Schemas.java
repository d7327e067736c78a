package dev.rialto.schema;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Database;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/// The classes of every app, cached. A change is written to the database first, then cached here
/// and announced to other nodes.
public final class Schemas {
    private static final FieldType GEO_POINT = new FieldType.GeoPoint();

    private final Database database;
    private final SchemaStore store;
    private final SystemClasses classes;
    private final BiConsumer<App, String> announce;
    private final SystemSchemas system;
    private final SchemaCache cache = new SchemaCache();
    private final Map<String, Lock> loaders = new ConcurrentHashMap<>();

    /// @param classes those that every app has
    /// @param announce tells other nodes, inside its transaction, that a class of an app changed;
    ///   what it tells is for [#changed]
    Schemas(
            Database database,
            SchemaStore store,
            SystemClasses classes,
            BiConsumer<App, String> announce) {
        this.database = database;
        this.store = store;
        this.classes = classes;
        this.system = new SystemSchemas(classes);
        this.announce = announce;
    }

    public Optional<ClassSchema> find(App app, String className) {
        if (database.isInTransaction()) {
            Optional<ClassSchema> changed = uncommitted(app).get(className);
            if (changed != null) {
                return changed;
            }
        }
        return Optional.ofNullable(classes(app).get(className));
    }

    public Collection<ClassSchema> all(App app) {
        if (!database.isInTransaction()) {
            return classes(app).values();
        }
        Map<String, ClassSchema> all = new HashMap<>(classes(app));
        uncommitted(app)
                .forEach((name, changed) ->
                        changed.ifPresentOrElse(
                                schema -> all.put(name, schema), () -> all.remove(name)));
        return all.values();
    }

    /// Processes an announcement of this or another node. A class cached in that version stays.
    public void changed(String appSchema, Announcement announced) {
        SchemaCache.Known known = cache.get(appSchema);
        ClassSchema schema = known == null ? null : known.classes().get(announced.className());
        if (schema == null || !announced.equals(Announcement.of(schema))) {
            changed(appSchema, announced.className());
        }
    }

    /// Marks a class as changed, in whatever way.
    public void changed(String appSchema, String className) {
        cache.changed(appSchema, className);
    }

    /// Drops the cached classes of an app, which may have been changed elsewhere.
    public void forget(String appSchema) {
        cache.forget(appSchema);
    }

    /// Drops the cached classes of all apps.
    public void forgetAll() {
        cache.forgetAll();
    }

    /// The class with at least these fields; creates the class and the fields that are missing.
    ///
    /// @throws RialtoException INCORRECT_TYPE when a field has another type
    public ClassSchema ensure(App app, String className, Map<String, FieldType> needed) {
        Optional<ClassSchema> known = find(app, className);
        if (known.isPresent() && covers(known.get(), needed)) {
            return known.get();
        }
        return store.locked(app, () -> grow(app, className, needed));
    }

    private ClassSchema grow(App app, String className, Map<String, FieldType> needed) {
        Optional<ClassSchema> stored = store.find(app, className);
        stored.ifPresent(schema -> covers(schema, needed));
        SequencedMap<String, Field> added = new LinkedHashMap<>();
        needed.forEach((name, type) -> {
            if (stored.flatMap(schema -> schema.type(name)).isEmpty()) {
                classes.requireValidTarget(type);
                added.put(name, Field.of(type));
            }
        });
        if (stored.isEmpty()) {
            return create(app, className, added, PermissionsReader.defaults());
        }
        return added.isEmpty() ? remember(app, stored.get()) : extend(app, stored.get(), added);
    }

    /// Whether the class has all of the fields; rejects those of another type.
    private static boolean covers(ClassSchema schema, Map<String, FieldType> needed) {
        boolean all = true;
        for (Map.Entry<String, FieldType> each : needed.entrySet()) {
            Optional<FieldType> type = schema.type(each.getKey());
            if (type.isPresent()) {
                requireSame(schema.name(), each.getKey(), type.get(), each.getValue());
            } else {
                all = false;
            }
        }
        return all;
    }

    /// A class with these fields added, without creating them.
    ///
    /// @throws RialtoException INCORRECT_TYPE when a field has another type
    public ClassSchema grown(
            String className, Optional<ClassSchema> known, Map<String, FieldType> needed) {
        if (known.isPresent() && covers(known.get(), needed)) {
            return known.get();
        }
        ClassSchema old = known.orElseGet(() -> beforeFirstObject(className));
        SequencedMap<String, Field> fields = implicitFields();
        fields.putAll(old.fields());
        needed.forEach((name, type) -> {
            if (fields.putIfAbsent(name, Field.of(type)) == null) {
                classes.requireValidTarget(type);
            }
        });
        requireOneGeoPoint(fields);
        return new ClassSchema(className, fields, old.permissions(), new LinkedHashMap<>(), 0);
    }

    /// A class that nobody has made yet: it lets everybody do what a class made by a first object
    /// would.
    public static ClassSchema beforeFirstObject(String className) {
        return new ClassSchema(
                className,
                new LinkedHashMap<>(),
                PermissionsReader.read(PermissionsReader.defaults()),
                new LinkedHashMap<>(),
                0);
    }

    public static void requireSame(
            String className, String field, FieldType expected, FieldType actual) {
        if (!expected.equals(actual)) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "schema mismatch for "
                            + className
                            + "."
                            + field
                            + "; expected "
                            + expected.display()
                            + " but got "
                            + actual.display());
        }
    }

    /// Creates a class. The caller holds the app's schema lock.
    ClassSchema create(
            App app, String className, SequencedMap<String, Field> fields, ObjectNode permissions) {
        SequencedMap<String, Field> all = implicitFields();
        ClassRules classRules = classes.rules(className);
        if (classRules != null) {
            all.putAll(classRules.fields());
            all.putAll(classRules.hiddenFields());
        }
        all.putAll(fields);
        requireOneGeoPoint(all);
        var schema =
                new ClassSchema(
                        className,
                        all,
                        PermissionsReader.read(permissions),
                        new LinkedHashMap<>(),
                        1);
        store.createTable(app, schema);
        if (classRules != null) {
            finishTable(app, classRules);
        }
        return write(app, schema);
    }

    private void finishTable(App app, ClassRules classRules) {
        String className = classRules.className();
        Set<String> secrets = new HashSet<>(classRules.unloggedFields());
        secrets.addAll(classRules.hiddenFields().keySet());
        store.logChanges(app, className, secrets);
        classRules.indexedFields().forEach(field -> store.createFieldIndex(app, className, field));
        classRules
                .uniqueFields()
                .forEach((field, unique) ->
                        store.createUniqueIndex(app, className, field, unique.ignoreCase()));
    }

    /// The default permissions of a class.
    ObjectNode defaultPermissions(String className) {
        return system.defaultPermissions(className);
    }

    /// Whether every app's class of this name has the field.
    public boolean isSystemField(String className, String field) {
        return system.hasField(className, field);
    }

    /// Deletes all objects of a class. The caller holds the app's schema lock.
    void purge(App app, ClassSchema schema) {
        store.truncate(app, schema);
        Optional.ofNullable(classes.rules(schema.name()))
                .ifPresent(classRules -> classRules.afterPurge(app));
    }

    private ClassSchema extend(App app, ClassSchema old, SequencedMap<String, Field> added) {
        SequencedMap<String, Field> fields = new LinkedHashMap<>(old.fields());
        fields.putAll(added);
        requireOneGeoPoint(fields);
        added.forEach((name, field) -> store.addColumn(app, old.name(), name, field));
        return write(
                app,
                new ClassSchema(
                        old.name(), fields, old.permissions(), old.indexes(), old.version() + 1));
    }

    /// Stores a class and announces it to every node.
    ClassSchema write(App app, ClassSchema schema) {
        store.save(app, schema);
        announce.accept(app, Announcement.of(schema).text());
        return remember(app, schema);
    }

    /// Drops a class with its objects.
    void drop(App app, ClassSchema schema) {
        store.dropTable(app, schema);
        store.remove(app, schema.name());
        announce.accept(app, Announcement.gone(schema.name()).text());
        note(app, schema.name(), Optional.empty());
    }

    static void requireOneGeoPoint(Map<String, Field> fields) {
        long points = fields.values().stream().filter(f -> f.type().equals(GEO_POINT)).count();
        if (points > 1) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE, "there can only be one geopoint field in a class");
        }
    }

    static SequencedMap<String, Field> implicitFields() {
        SequencedMap<String, Field> fields = new LinkedHashMap<>();
        fields.put("objectId", Field.of(new FieldType.Text()));
        fields.put("createdAt", Field.of(new FieldType.Date()));
        fields.put("updatedAt", Field.of(new FieldType.Date()));
        fields.put("ACL", Field.of(new FieldType.Acl()));
        return fields;
    }

    private ClassSchema remember(App app, ClassSchema stored) {
        ClassSchema schema = system.withProtection(stored);
        note(app, schema.name(), Optional.of(schema));
        return schema;
    }

    /// Makes the changed class visible to the rest of this transaction, and to everybody else after
    /// the commit.
    private void note(App app, String className, Optional<ClassSchema> now) {
        uncommitted(app).put(className, now);
        database.afterCommit(() -> cache.changed(app.schema(), className));
    }

    private Map<String, Optional<ClassSchema>> uncommitted(App app) {
        return database.kept(Uncommitted.class, Uncommitted::new)
                .apps()
                .computeIfAbsent(app.schema(), _ -> new HashMap<>());
    }

    /// The classes of each app that a transaction has changed; empty for one that it dropped.
    private record Uncommitted(Map<String, Map<String, Optional<ClassSchema>>> apps) {
        Uncommitted() {
            this(new HashMap<>());
        }
    }

    private Map<String, ClassSchema> classes(App app) {
        SchemaCache.Known known = cache.get(app.schema());
        if (known != null && known.isFresh()) {
            return known.classes();
        }
        if (database.isInTransaction()) {
            // It holds a connection already, so it must not wait for a thread that needs one.
            return load(app);
        }
        Lock loader = loaders.computeIfAbsent(app.schema(), _ -> new ReentrantLock());
        loader.lock();
        try {
            return load(app);
        } finally {
            loader.unlock();
        }
    }

    private Map<String, ClassSchema> load(App app) {
        long changes = cache.changes();
        SchemaCache.Known known = cache.get(app.schema());
        if (known != null && known.isFresh()) {
            return known.classes();
        }
        Map<String, ClassSchema> classes = known == null ? read(app) : refreshed(app, known);
        if (!system.areIn(classes)) {
            store.locked(
                    app,
                    () -> {
                        addSystemClasses(app, read(app));
                        return app;
                    });
            changes = cache.changes();
            classes = read(app);
        }
        if (!database.isInTransaction()) {
            // Others must not see a transaction's changes before it commits, nor if it rolls back.
            cache.put(app.schema(), classes, changes);
        }
        return classes;
    }

    private Map<String, ClassSchema> refreshed(App app, SchemaCache.Known known) {
        Map<String, ClassSchema> classes = new HashMap<>(known.classes());
        for (String name : known.stale()) {
            store.find(app, name)
                    .filter(this::isServed)
                    .map(system::withProtection)
                    .ifPresentOrElse(
                            schema -> classes.put(name, schema), () -> classes.remove(name));
        }
        return classes;
    }

    private Map<String, ClassSchema> read(App app) {
        Map<String, ClassSchema> all = new HashMap<>();
        store.all(app).stream()
                .filter(this::isServed)
                .forEach(schema -> all.put(schema.name(), system.withProtection(schema)));
        return all;
    }

    /// Whether a stored class has what watches over it: not when the capability that brought it is
    /// no longer part of this server.
    private boolean isServed(ClassSchema schema) {
        return !classes.isInternal(schema.name());
    }

    private void addSystemClasses(App app, Map<String, ClassSchema> stored) {
        for (ClassRules each : classes.all()) {
            ClassSchema schema = stored.get(each.className());
            if (schema == null) {
                create(
                        app,
                        each.className(),
                        new LinkedHashMap<>(),
                        system.defaultPermissions(each.className()));
            } else {
                SequencedMap<String, Field> missing = SystemSchemas.missing(each, schema);
                if (!missing.isEmpty()) {
                    extend(app, schema, missing);
                    finishTable(app, each);
                }
            }
        }
    }
}
