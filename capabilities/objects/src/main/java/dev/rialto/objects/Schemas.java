package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.objects.spi.ClassRules;
import dev.rialto.store.Database;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/// The classes of every app, cached. A change is written to the database first, then seen here and
/// told to other nodes.
public final class Schemas {
    private static final FieldType GEO_POINT = new FieldType.GeoPoint();

    private final Database database;
    private final SchemaStore store;
    private final Map<String, ClassRules> rules;
    private final BiConsumer<App, String> announce;
    private final SchemaCache cache = new SchemaCache();

    /// @param rules the classes every app has
    /// @param announce tells other nodes that a class of an app changed, inside its transaction
    Schemas(
            Database database,
            SchemaStore store,
            Map<String, ClassRules> rules,
            BiConsumer<App, String> announce) {
        this.database = database;
        this.store = store;
        this.rules = rules;
        this.announce = announce;
    }

    public Optional<ClassSchema> find(App app, String className) {
        return Optional.ofNullable(classes(app).get(className));
    }

    public Collection<ClassSchema> all(App app) {
        return classes(app).values();
    }

    /// Forgets what is cached of an app: it may have been changed elsewhere.
    public void forget(String appSchema) {
        cache.forget(appSchema);
    }

    /// Forgets what is cached of all apps.
    public void forgetAll() {
        cache.forgetAll();
    }

    /// The class with at least these fields; creates the class and the fields that are missing.
    ///
    /// @throws RialtoException INCORRECT_TYPE when a field has another type
    public ClassSchema ensure(App app, String className, Map<String, FieldType> needed) {
        ClassSchema known = classes(app).get(className);
        if (known != null && covers(known, needed)) {
            return known;
        }
        return store.locked(app, () -> grow(app, className, needed));
    }

    private ClassSchema grow(App app, String className, Map<String, FieldType> needed) {
        Optional<ClassSchema> stored = store.find(app, className);
        stored.ifPresent(schema -> covers(schema, needed));
        SequencedMap<String, Field> added = new LinkedHashMap<>();
        needed.forEach((name, type) -> {
            if (stored.flatMap(schema -> schema.type(name)).isEmpty()) {
                added.put(name, Field.of(type));
            }
        });
        if (stored.isEmpty()) {
            return create(app, className, added, PermissionsReader.defaults());
        }
        return added.isEmpty() ? remember(app, stored.get()) : extend(app, stored.get(), added);
    }

    /// Whether the class has all of the fields; refuses those of another type.
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

    /// A class as it will be with these fields, without making them.
    ///
    /// @throws RialtoException INCORRECT_TYPE when a field has another type
    static ClassSchema grown(
            String className, Optional<ClassSchema> known, Map<String, FieldType> needed) {
        if (known.isPresent() && covers(known.get(), needed)) {
            return known.get();
        }
        SequencedMap<String, Field> fields =
                known.map(schema -> new LinkedHashMap<>(schema.fields()))
                        .orElseGet(() -> new LinkedHashMap<>(implicitFields()));
        needed.forEach((name, type) -> fields.putIfAbsent(name, Field.of(type)));
        requireOneGeoPoint(fields);
        ClassPermissions permissions =
                known.map(ClassSchema::permissions)
                        .orElseGet(() -> PermissionsReader.read(PermissionsReader.defaults()));
        return new ClassSchema(className, fields, permissions, new LinkedHashMap<>(), 0);
    }

    static void requireSame(String className, String field, FieldType expected, FieldType actual) {
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
        ClassRules special = rules.get(className);
        if (special != null) {
            all.putAll(special.fields());
            all.putAll(special.hiddenFields());
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
        if (special != null) {
            addIndexes(app, special);
        }
        return write(app, schema);
    }

    private void addIndexes(App app, ClassRules special) {
        String className = special.className();
        special.indexedFields().forEach(field -> store.createFieldIndex(app, className, field));
        special.uniqueFields()
                .forEach((field, unique) ->
                        store.createUniqueIndex(app, className, field, unique.ignoreCase()));
    }

    /// Whether every app's class of this name has the field.
    boolean isSystemField(String className, String field) {
        ClassRules special = rules.get(className);
        return special != null
                && (special.fields().containsKey(field)
                        || special.hiddenFields().containsKey(field));
    }

    /// Deletes all objects of a class. The caller holds the app's schema lock.
    void purge(App app, ClassSchema schema) {
        store.truncate(app, schema);
        Optional.ofNullable(rules.get(schema.name())).ifPresent(special -> special.afterPurge(app));
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

    /// Stores a class as it is now and lets every node know.
    ClassSchema write(App app, ClassSchema schema) {
        store.save(app, schema);
        announce.accept(app, schema.name());
        return remember(app, schema);
    }

    /// Drops a class with its objects.
    void drop(App app, ClassSchema schema) {
        store.dropTable(app, schema);
        store.remove(app, schema.name());
        announce.accept(app, schema.name());
        forget(app.schema());
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
        ClassSchema schema = withProtection(stored);
        // Known at once, for the rest of this transaction. Others who use it wait for its locks.
        cache.replace(app.schema(), schema);
        database.afterCommit(() -> cache.replace(app.schema(), schema));
        database.afterRollback(() -> forget(app.schema()));
        return schema;
    }

    private Map<String, ClassSchema> classes(App app) {
        Map<String, ClassSchema> known = cache.get(app.schema());
        return known != null ? known : load(app);
    }

    private Map<String, ClassSchema> load(App app) {
        long changes = cache.changes();
        Map<String, ClassSchema> classes = read(app);
        if (!hasSystemClasses(classes)) {
            classes =
                    store.locked(
                            app,
                            () -> {
                                addSystemClasses(app, read(app));
                                return read(app);
                            });
        }
        if (!database.isInTransaction()) {
            // Others must not see what a transaction makes before it commits, nor if it is undone.
            cache.put(app.schema(), classes, changes);
        }
        return classes;
    }

    private Map<String, ClassSchema> read(App app) {
        Map<String, ClassSchema> classes = new HashMap<>();
        store.all(app).forEach(schema -> classes.put(schema.name(), withProtection(schema)));
        return classes;
    }

    /// The class with the fields that its rules always protect, beside those that were set.
    private ClassSchema withProtection(ClassSchema schema) {
        ClassRules special = rules.get(schema.name());
        if (special == null || special.protectedFields().isEmpty()) {
            return schema;
        }
        ClassPermissions set = schema.permissions();
        Map<String, Set<String>> hidden = new HashMap<>(set.protectedFields());
        special.protectedFields()
                .forEach((group, fields) ->
                        hidden.merge(
                                group,
                                fields,
                                (a, b) -> {
                                    Set<String> both = new HashSet<>(a);
                                    both.addAll(b);
                                    return both;
                                }));
        return new ClassSchema(
                schema.name(),
                schema.fields(),
                new ClassPermissions(
                        set.grants(),
                        set.readUserFields(),
                        set.writeUserFields(),
                        hidden,
                        set.wire()),
                schema.indexes(),
                schema.version());
    }

    private boolean hasSystemClasses(Map<String, ClassSchema> classes) {
        return rules.values().stream()
                .allMatch(each -> {
                    ClassSchema schema = classes.get(each.className());
                    return schema != null && missing(each, schema).isEmpty();
                });
    }

    private void addSystemClasses(App app, Map<String, ClassSchema> stored) {
        for (ClassRules each : rules.values()) {
            ClassSchema schema = stored.get(each.className());
            if (schema == null) {
                ObjectNode permissions = PermissionsReader.defaults();
                permissions.setAll(each.defaultPermissions());
                create(app, each.className(), new LinkedHashMap<>(), permissions);
            } else {
                SequencedMap<String, Field> missing = missing(each, schema);
                if (!missing.isEmpty()) {
                    extend(app, schema, missing);
                    addIndexes(app, each);
                }
            }
        }
    }

    private static SequencedMap<String, Field> missing(ClassRules rules, ClassSchema schema) {
        SequencedMap<String, Field> missing = new LinkedHashMap<>(rules.fields());
        missing.putAll(rules.hiddenFields());
        missing.keySet().removeAll(schema.fields().keySet());
        return missing;
    }
}
