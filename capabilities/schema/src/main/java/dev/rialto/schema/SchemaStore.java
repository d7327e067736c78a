package dev.rialto.schema;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import dev.rialto.store.Database;
import dev.rialto.store.Names;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import dev.rialto.where.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The SQL of class schemas: the `_schema` table of an app, and the tables, columns and indexes
/// that follow from it.
public final class SchemaStore {
    /// The table of an app in which its classes are described, by their names.
    public static final String TABLE = "_schema";

    private static final String FOR_OTHER_CHANGES = "10s";
    private static final String FOR_A_TABLE = "2s";

    private final Database database;

    SchemaStore(Database database) {
        this.database = database;
    }

    /// Runs a change in a transaction, with the app's schema locked. If a table stays locked for
    /// too long, the change is retried once.
    <T> T locked(App app, Supplier<T> change) {
        Supplier<T> work =
                () -> {
                    lock(app);
                    return change.get();
                };
        try {
            return database.inTransaction(work);
        } catch (StoreException failure) {
            if (!failure.isLockTimeout() || database.isInTransaction()) {
                throw failure;
            }
            return database.inTransaction(work);
        }
    }

    /// Serializes the schema changes of one app until the transaction ends. Requests queue up
    /// behind a change that waits for a table, so it doesn't wait long.
    private void lock(App app) {
        waitAtMost(FOR_OTHER_CHANGES);
        database.queryFirst(
                Sql.of(
                        "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                        "rialto.schema." + app.schema()),
                _ -> true);
        waitAtMost(FOR_A_TABLE);
    }

    private void waitAtMost(String time) {
        database.queryFirst(Sql.of("SELECT set_config('lock_timeout', ?, true)", time), _ -> true);
    }

    List<ClassSchema> all(App app) {
        return database.query(
                Sql.of(
                        "SELECT name, fields, permissions, indexes, version FROM "
                                + table(app)
                                + " ORDER BY name"),
                SchemaStore::read);
    }

    Optional<ClassSchema> find(App app, String className) {
        return database.queryFirst(
                Sql.of(
                        "SELECT name, fields, permissions, indexes, version FROM "
                                + table(app)
                                + " WHERE name = ?",
                        className),
                SchemaStore::read);
    }

    void save(App app, ClassSchema schema) {
        ObjectNode fields = Json.object();
        schema.fields().forEach((name, field) -> fields.set(name, writeField(field)));
        ObjectNode indexes = Json.object();
        schema.indexes().forEach(indexes::set);
        database.update(
                Sql.of(
                        "INSERT INTO "
                                + table(app)
                                + " (name, fields, permissions, indexes, version)"
                                + " VALUES (?, ?::json, ?::json, ?::json, ?)"
                                + " ON CONFLICT (name) DO UPDATE SET fields = excluded.fields,"
                                + " permissions = excluded.permissions, indexes = excluded.indexes,"
                                + " version = excluded.version",
                        schema.name(),
                        Json.write(fields),
                        Json.write(schema.permissions().wire()),
                        Json.write(indexes),
                        schema.version()));
    }

    void remove(App app, String className) {
        database.update(Sql.of("DELETE FROM " + table(app) + " WHERE name = ?", className));
    }

    void createTable(App app, ClassSchema schema) {
        Sql create =
                Sql.of(
                        "CREATE TABLE IF NOT EXISTS "
                                + Table.of(app, schema.name())
                                + " ("
                                + "\"objectId\" text "
                                + primaryKey(schema.name())
                                + ", \"createdAt\" timestamptz(3) NOT NULL,"
                                + " \"updatedAt\" timestamptz(3) NOT NULL,"
                                + " \"_rperm\" text[], \"_wperm\" text[], \"_nulls\" text[])");
        database.update(create);
        // Scans and default listings walk a class in the order of its creation.
        database.update(
                Sql.of(
                        "CREATE INDEX IF NOT EXISTS "
                                + Sql.name(indexName(schema.name(), "_created"))
                                + " ON "
                                + Table.of(app, schema.name())
                                + " (\"createdAt\", \"objectId\")"));
        schema.fields().forEach((name, field) -> addColumn(app, schema.name(), name, field));
        logChanges(app, schema.name(), Set.of());
    }

    /// Adds the changes of a class to the change log.
    ///
    /// @param keptOut fields that are omitted there
    void logChanges(App app, String className, Set<String> keptOut) {
        String[] columns = keptOut.stream().map(Names::fit).sorted().toArray(String[]::new);
        logTable(Table.of(app, className), "objectId", columns);
    }

    private void logTable(String table, String keyColumn, String... keptOut) {
        database.queryFirst(
                Sql.of(
                        "SELECT rialto.log_changes_of(?::regclass, ?, ?)::text",
                        table,
                        keyColumn,
                        keptOut),
                _ -> true);
    }

    void dropTable(App app, ClassSchema schema) {
        schema.fields()
                .forEach((name, field) -> {
                    if (field.type() instanceof FieldType.Relation) {
                        dropColumn(app, schema.name(), name, field);
                    }
                });
        String table = Table.of(app, schema.name());
        Sql drop = Sql.of("DROP TABLE IF EXISTS " + table);
        database.stamps().changingTable(table, () -> database.update(drop));
    }

    void addColumn(App app, String className, String name, Field field) {
        if (ClassNames.IMPLICIT.contains(name)) {
            return;
        }
        if (field.type() instanceof FieldType.Relation) {
            String pairs = Table.ofRelation(app, className, name);
            database.update(
                    Sql.of(
                            "CREATE TABLE IF NOT EXISTS "
                                    + pairs
                                    + " (\"owningId\" text, \"relatedId\" text, "
                                    + primaryKey(Table.relation(className, name))
                                    + " (\"owningId\", \"relatedId\"))"));
            database.update(
                    Sql.of(
                            "CREATE INDEX IF NOT EXISTS "
                                    + Sql.name(
                                            indexName(Table.relation(className, name), "_related"))
                                    + " ON "
                                    + pairs
                                    + " (\"relatedId\")"));
            logTable(pairs, "owningId");
        } else if (Table.hasColumn(field.type())) {
            database.update(
                    Sql.of(
                            "ALTER TABLE "
                                    + Table.of(app, className)
                                    + " ADD COLUMN IF NOT EXISTS "
                                    + Table.column(name)
                                    + " "
                                    + Table.columnType(field.type())));
        }
    }

    void dropColumn(App app, String className, String name, Field field) {
        if (field.type() instanceof FieldType.Relation) {
            database.update(
                    Sql.of("DROP TABLE IF EXISTS " + Table.ofRelation(app, className, name)));
        } else {
            database.update(
                    Sql.of(
                            "ALTER TABLE "
                                    + Table.of(app, className)
                                    + " DROP COLUMN IF EXISTS "
                                    + Table.column(name)));
        }
    }

    void createUniqueIndex(App app, String className, String field, boolean ignoreCase) {
        String column = Table.column(field);
        database.update(
                Sql.of(
                        "CREATE UNIQUE INDEX IF NOT EXISTS "
                                + Sql.name(uniqueName(className, field))
                                + " ON "
                                + Table.of(app, className)
                                + " ("
                                + (ignoreCase ? "lower(" + column + ")" : column)
                                + ")"));
    }

    void createFieldIndex(App app, String className, String field) {
        database.update(
                Sql.of(
                        "CREATE INDEX IF NOT EXISTS "
                                + Sql.name(indexName(className, "field_" + field))
                                + " ON "
                                + Table.of(app, className)
                                + " ("
                                + Table.column(field)
                                + ")"));
    }

    void createIndex(App app, ClassSchema schema, String name, ObjectNode keys) {
        database.update(
                Sql.of(
                        "CREATE INDEX IF NOT EXISTS "
                                + Sql.name(ownName(schema.name(), name))
                                + " ON "
                                + Table.of(app, schema.name())
                                + Indexes.definition(schema, keys)));
    }

    void dropIndex(App app, String className, String name) {
        database.update(
                Sql.of(
                        "DROP INDEX IF EXISTS "
                                + Sql.name(app.schema())
                                + "."
                                + Sql.name(ownName(className, name))));
    }

    long count(App app, String className) {
        return database.queryFirst(
                        Sql.of("SELECT count(*) FROM " + Table.of(app, className)),
                        row -> row.getLong(1))
                .orElse(0L);
    }

    /// Removes all objects of a class and the pairs of its relations.
    void truncate(App app, ClassSchema schema) {
        List<String> tables = new ArrayList<>();
        tables.add(Table.of(app, schema.name()));
        schema.fields()
                .forEach((name, field) -> {
                    if (field.type() instanceof FieldType.Relation) {
                        tables.add(Table.ofRelation(app, schema.name(), name));
                    }
                });
        Sql truncate = Sql.of("TRUNCATE " + String.join(", ", tables));
        database.stamps()
                .changingTable(Table.of(app, schema.name()), () -> database.update(truncate));
    }

    /// The name of a developer's index, distinct from those of the server.
    private static String ownName(String className, String name) {
        return indexName(className, "own_" + name);
    }

    public static String uniqueName(String className, String field) {
        return indexName(className, "unique_" + field);
    }

    /// Named explicitly: PostgreSQL would choose a name that another class may have.
    private static String primaryKey(String table) {
        return "CONSTRAINT " + Sql.name(indexName(table, "_key")) + " PRIMARY KEY";
    }

    private static String indexName(String className, String name) {
        return Names.fit(className + ":" + name);
    }

    private static String table(App app) {
        return Sql.name(app.schema()) + "." + Sql.name(TABLE);
    }

    private static ClassSchema read(ResultSet row) throws SQLException {
        SequencedMap<String, Field> fields = new LinkedHashMap<>();
        Json.read(row.getString(2))
                .properties()
                .forEach(each -> fields.put(each.getKey(), readField(each.getValue())));
        SequencedMap<String, ObjectNode> indexes = new LinkedHashMap<>();
        Json.read(row.getString(4))
                .properties()
                .forEach(each -> indexes.put(each.getKey(), each.getValue().asObject()));
        ObjectNode permissions = Json.read(row.getString(3)).asObject();
        return new ClassSchema(
                row.getString(1),
                fields,
                PermissionsReader.read(permissions),
                indexes,
                row.getLong(5));
    }

    private static ObjectNode writeField(Field field) {
        ObjectNode wire = FieldTypes.write(field.type());
        if (field.required()) {
            wire.put("required", true);
        }
        field.defaultValue().ifPresent(value -> wire.set("defaultValue", value));
        return wire;
    }

    static Field readField(JsonNode wire) {
        return new Field(
                FieldTypes.read(wire),
                wire.path("required").asBoolean(false),
                Optional.ofNullable(wire.get("defaultValue")).filter(value -> !value.isNull()));
    }

    /// A field on the wire of the schema API.
    static ObjectNode wire(Field field) {
        return writeField(field);
    }
}
