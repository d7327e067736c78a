package dev.rialto.where;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.DateText;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.model.GeometryText;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.model.ValueReader;
import dev.rialto.model.ValueWriter;
import dev.rialto.model.Where;
import dev.rialto.model.WhereMatcher;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Two classes of random objects, kept in PostgreSQL and in memory alike.
final class SampleWorld implements WhereMatcher.MatchContext {
    static final String THING = "Thing";
    static final String OTHER = "Other";
    private static final int THINGS = 60;
    private static final int OTHERS = 12;

    private final App app;
    private final Map<String, ClassSchema> schemas = new LinkedHashMap<>();
    private final Map<String, List<ObjectNode>> objects = new LinkedHashMap<>();
    private final Set<String> relations = new HashSet<>();

    private SampleWorld(App app) {
        this.app = app;
        var fields = new LinkedHashMap<String, Field>();
        fields.put("objectId", Field.of(new FieldType.Text()));
        fields.put("createdAt", Field.of(new FieldType.Date()));
        fields.put("s", Field.of(new FieldType.Text()));
        fields.put("n", Field.of(new FieldType.Number()));
        fields.put("b", Field.of(new FieldType.Bool()));
        fields.put("d", Field.of(new FieldType.Date()));
        fields.put("o", Field.of(new FieldType.Obj()));
        fields.put("a", Field.of(new FieldType.Array()));
        fields.put("p", Field.of(new FieldType.Pointer(OTHER)));
        fields.put("f", Field.of(new FieldType.File()));
        fields.put("g", Field.of(new FieldType.GeoPoint()));
        fields.put("y", Field.of(new FieldType.Polygon()));
        fields.put("x", Field.of(new FieldType.Bytes()));
        fields.put("r", Field.of(new FieldType.Relation(OTHER)));
        for (String name : List.of(THING, OTHER)) {
            schemas.put(name, schema(name, fields));
        }
    }

    private static ClassSchema schema(String name, SequencedMap<String, Field> fields) {
        var permissions =
                new ClassPermissions(Map.of(), List.of(), List.of(), Map.of(), Json.object());
        return new ClassSchema(name, fields, permissions, Collections.emptySortedMap(), 1);
    }

    /// Makes a world and its tables.
    static SampleWorld create(Database database, App app, long seed) {
        var world = new SampleWorld(app);
        var random = new Random(seed);
        world.fill(OTHER, OTHERS, random);
        world.fill(THING, THINGS, random);
        database.inTransaction(() -> {
            world.schemas.values().forEach(schema -> world.store(database, schema));
            return true;
        });
        return world;
    }

    Optional<ClassSchema> schema(String name) {
        return Optional.ofNullable(schemas.get(name));
    }

    List<ObjectNode> objects(String className) {
        return objects.getOrDefault(className, List.of());
    }

    @Override
    public List<ObjectNode> find(SubQuery query) {
        WhereMatcher.Condition condition =
                new WhereMatcher(this).ready(query.className(), query.where());
        return objects(query.className()).stream().filter(condition::holds).toList();
    }

    @Override
    public boolean isRelated(Value.Pointer owner, String key, String relatedId) {
        return relations.contains(
                owner.className() + " " + owner.objectId() + " " + key + " " + relatedId);
    }

    Set<String> matchingInMemory(Where where) {
        WhereMatcher.Condition condition = new WhereMatcher(this).ready(THING, where);
        Set<String> ids = new HashSet<>();
        for (ObjectNode object : objects(THING)) {
            if (condition.holds(object)) {
                ids.add(object.path("objectId").asString());
            }
        }
        return ids;
    }

    Sql select(Where where) {
        ClassSchema schema = schema(THING).orElseThrow();
        return Sql.of("SELECT t.\"objectId\" FROM " + Table.of(app, THING) + " t WHERE ")
                .add(
                        new WhereSql(app, this::schema, QueryAccess.unrestricted())
                                .compile(schema, "t", where));
    }

    private void fill(String className, int count, Random random) {
        List<ObjectNode> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ObjectNode object = Json.object();
            String id = className.charAt(0) + Integer.toString(i);
            object.put("objectId", id);
            object.put("createdAt", SampleValues.isoDate(random));
            for (String field : SampleValues.FIELDS) {
                if (random.nextInt(5) > 0) {
                    object.set(field, ValueWriter.write(SampleValues.of(field, random)));
                } else if (random.nextInt(4) == 0) {
                    object.putNull(field);
                }
            }
            object.set("r", ValueWriter.write(new Value.Relation(OTHER)));
            for (int other = 0; other < OTHERS; other++) {
                if (random.nextInt(6) == 0) {
                    relations.add(className + " " + id + " r O" + other);
                }
            }
            made.add(object);
        }
        objects.put(className, made);
    }

    private void store(Database database, ClassSchema schema) {
        database.update(Sql.of("CREATE SCHEMA IF NOT EXISTS " + Sql.name(app.schema())));
        String table = Table.of(app, schema.name());
        var columns = new ArrayList<Sql>();
        schema.fields()
                .forEach((name, field) -> {
                    if (Table.hasColumn(field.type())) {
                        columns.add(
                                Sql.of(Table.column(name) + " " + Table.columnType(field.type())));
                    }
                });
        database.update(
                Sql.of("CREATE TABLE " + table + " (").add(Sql.join(", ", columns, "")).add(")"));
        String pairs = Table.ofRelation(app, schema.name(), "r");
        database.update(
                Sql.of("CREATE TABLE " + pairs + " (\"owningId\" text, \"relatedId\" text)"));
        var random = new Random(objects.size());
        for (ObjectNode object : objects(schema.name())) {
            database.update(insert(table, schema, object, random));
            addAddresses(object);
        }
        for (String relation : relations) {
            String[] parts = relation.split(" ", -1);
            if (parts[0].equals(schema.name())) {
                database.update(
                        Sql.of("INSERT INTO " + pairs + " VALUES (?, ?)", parts[1], parts[3]));
            }
        }
    }

    /// As clients see files, whose addresses are not stored.
    private static void addAddresses(JsonNode value) {
        if (value instanceof ObjectNode object
                && object.path("__type").asString("").equals("File")) {
            object.put("url", "http://here/" + object.path("name").asString(""));
        } else {
            value.forEach(SampleWorld::addAddresses);
        }
    }

    private static Sql insert(String table, ClassSchema schema, ObjectNode object, Random random) {
        List<Sql> names = new ArrayList<>();
        List<Sql> values = new ArrayList<>();
        schema.fields()
                .forEach((name, field) -> {
                    if (Table.hasColumn(field.type())) {
                        names.add(Sql.of(Table.column(name)));
                        values.add(value(field.type(), object.get(name), random));
                    }
                });
        return Sql.of("INSERT INTO " + table + " (")
                .add(Sql.join(", ", names, ""))
                .add(") VALUES (")
                .add(Sql.join(", ", values, ""))
                .add(")");
    }

    private static Sql value(FieldType type, @Nullable JsonNode wire, Random random) {
        if (wire == null || wire.isNull()) {
            return Sql.of("NULL");
        }
        if (type instanceof FieldType.Obj || type instanceof FieldType.Array) {
            return FieldValues.sql(type, SampleValues.untidy(wire, random));
        }
        return switch (ValueReader.read(wire)) {
            case Value.Text(var text) when type instanceof FieldType.Date ->
                    Sql.of("?", DateText.read(text).orElseThrow());
            case Value.Text(var text) -> Sql.of("?", text);
            case Value.Number(double number) -> Sql.of("?", number);
            case Value.Bool(boolean bool) -> Sql.of("?", bool);
            case Value.Date(var time) -> Sql.of("?", time);
            case Value.Pointer(_, var objectId) -> Sql.of("?", objectId);
            case Value.File(var name) -> Sql.of("?", name);
            case Value.Bytes(var base64) ->
                    Sql.of("?", (Object) Base64.getDecoder().decode(base64));
            case Value.GeoPoint(double latitude, double longitude) ->
                    Sql.of("point(?, ?)", longitude, latitude);
            case Value.Polygon(var corners) -> Sql.of("?::polygon", GeometryText.polygon(corners));
            default -> throw new IllegalArgumentException("no column for " + wire);
        };
    }
}
