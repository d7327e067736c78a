package dev.rialto.objects;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.schema.Schemas;
import dev.rialto.store.Sql;
import dev.rialto.where.FieldValues;
import dev.rialto.where.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The changes of a write to the columns of one row: an SQL expression for each changed column.
/// They apply to INSERT, where every column starts empty, and to UPDATE.
final class Assignments {
    private static final String NULLS = "\"_nulls\"";

    private final ClassSchema schema;
    private final boolean creating;
    private final Map<String, Sql> columns = new LinkedHashMap<>();
    private final List<RelationChange> relations = new ArrayList<>();
    private final List<FieldPath> computed = new ArrayList<>();

    /// A change of a relation.
    enum Change {
        ADD,
        REMOVE,
        CLEAR
    }

    /// Pairs to add to or remove from a relation.
    record RelationChange(String field, Change change, List<String> ids) {}

    Assignments(ClassSchema schema, boolean creating) {
        this.schema = schema;
        this.creating = creating;
    }

    /// The columns, quoted, and what to set them to.
    Map<String, Sql> columns() {
        return columns;
    }

    List<RelationChange> relations() {
        return relations;
    }

    /// The fields (or values inside them) to return to the client.
    List<FieldPath> computed() {
        return computed;
    }

    void put(String column, Sql value) {
        columns.put(Sql.name(column), value);
    }

    void apply(FieldPath path, FieldOperation operation) {
        if (path.field().equals("ACL")) {
            applyAcl(operation);
            return;
        }
        FieldType type = schema.type(path.field()).orElse(null);
        if (type == null) {
            // Only null and Delete name a field that no class has: there is nothing to do.
            return;
        }
        if (operation.isComputed()) {
            computed.add(path);
        }
        if (path.isNested()) {
            applyNested(path, type, operation);
        } else {
            applyTop(path.field(), type, operation);
        }
    }

    private void applyAcl(FieldOperation operation) {
        switch (operation) {
            case FieldOperation.Set(var value) when !value.isNull() -> {
                put("_rperm", Sql.of("?::text[]", (Object) FieldValues.allowed(value, "read")));
                put("_wperm", Sql.of("?::text[]", (Object) FieldValues.allowed(value, "write")));
            }
            // Null is an ACL that admits nobody; only a deleted ACL admits everybody.
            case FieldOperation.Set _ -> {
                put("_rperm", Sql.of("'{}'"));
                put("_wperm", Sql.of("'{}'"));
            }
            case FieldOperation.Delete _ -> {
                put("_rperm", Sql.of("NULL"));
                put("_wperm", Sql.of("NULL"));
            }
            default ->
                    throw new RialtoException(
                            ErrorCode.INVALID_ACL, "ACL can only be set or deleted");
        }
    }

    private void applyTop(String field, FieldType type, FieldOperation operation) {
        String column = Table.column(field);
        switch (operation) {
            case FieldOperation.Set(var value) -> set(field, type, value);
            case FieldOperation.Delete _ when type instanceof FieldType.Relation ->
                    relations.add(new RelationChange(field, Change.CLEAR, List.of()));
            case FieldOperation.Delete _ -> {
                columns.put(column, Sql.of("NULL"));
                if (!creating) {
                    nulls("array_remove(", ", ?)", field);
                }
            }
            case FieldOperation.Increment(var amount) ->
                    columns.put(
                            column,
                            Sql.of("coalesce(").add(current(column)).add(", 0) + ?", amount));
            case FieldOperation.Add(var elements) ->
                    columns.put(
                            column,
                            Sql.of("coalesce(")
                                    .add(current(column))
                                    .add(", '[]'::jsonb) || ?::jsonb", json(elements)));
            case FieldOperation.AddUnique(var elements) ->
                    columns.put(
                            column,
                            Sql.of("rialto.array_add_unique(")
                                    .add(current(column))
                                    .add(", ?::jsonb)", json(elements)));
            case FieldOperation.Remove(var elements) ->
                    columns.put(
                            column,
                            Sql.of("rialto.array_remove(")
                                    .add(current(column))
                                    .add(", ?::jsonb)", json(elements)));
            case FieldOperation.AddRelation(var ids) -> change(field, type, Change.ADD, ids);
            case FieldOperation.RemoveRelation(var ids) -> change(field, type, Change.REMOVE, ids);
            case FieldOperation.Batch(var operations) ->
                    operations.forEach(each -> applyTop(field, type, each));
        }
    }

    private void change(String field, FieldType type, Change change, List<String> ids) {
        if (!(type instanceof FieldType.Relation)) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE,
                    "schema mismatch for "
                            + schema.name()
                            + "."
                            + field
                            + "; expected "
                            + type.display()
                            + " but got Relation");
        }
        relations.add(new RelationChange(field, change, ids));
    }

    private void set(String field, FieldType type, JsonNode value) {
        if (type instanceof FieldType.Relation) {
            // SDKs send a relation along with an object; it changes only by its own operations.
            return;
        }
        columns.put(Table.column(field), FieldValues.sql(type, value));
        if (value.isNull()) {
            // Once each: setting null again must not grow the list.
            nulls("array_remove(", ", ?)", field);
            nulls("array_append(", ", ?)", field);
        }
    }

    private void nulls(String open, String close, String field) {
        Sql now = columns.getOrDefault(NULLS, creating ? Sql.of("NULL::text[]") : Sql.of(NULLS));
        columns.put(NULLS, Sql.of(open).add(now).add(close, field));
    }

    private void applyNested(FieldPath path, FieldType type, FieldOperation operation) {
        if (!(type instanceof FieldType.Obj || type instanceof FieldType.Array)) {
            Schemas.requireSame(schema.name(), path.field(), type, new FieldType.Obj());
        }
        String column = Table.column(path.field());
        Sql now = current(column);
        Object steps = path.below().toArray(String[]::new);
        Sql next =
                switch (operation) {
                    case FieldOperation.Set(var value) -> put(now, steps, value);
                    case FieldOperation.Delete _ ->
                            Sql.of("(").add(now).add("::jsonb #- ?::text[])", steps);
                    case FieldOperation.Increment(var amount) ->
                            Sql.of("rialto.json_increment(").add(now).add(", ?, ?)", steps, amount);
                    case FieldOperation.Add(var elements) ->
                            nested("json_add", now, steps, elements);
                    case FieldOperation.AddUnique(var elements) ->
                            nested("json_add_unique", now, steps, elements);
                    case FieldOperation.Remove(var elements) ->
                            nested("json_remove", now, steps, elements);
                    case FieldOperation.AddRelation _,
                            FieldOperation.RemoveRelation _,
                            FieldOperation.Batch _ ->
                            throw new RialtoException(
                                    ErrorCode.INCORRECT_TYPE,
                                    "a relation can't be inside another field: " + path);
                };
        columns.put(column, next);
    }

    private static Sql put(Sql now, Object steps, JsonNode value) {
        return nested("json_put", now, steps, value);
    }

    private static Sql nested(String function, Sql now, Object steps, JsonNode value) {
        return Sql.of("rialto." + function + "(")
                .add(now)
                .add(", ?, ?::jsonb)", steps, json(value));
    }

    private static String json(JsonNode value) {
        return Json.write(FieldValues.storable(value));
    }

    private Sql current(String column) {
        Sql now = columns.get(column);
        if (now != null) {
            return now;
        }
        return Sql.of(creating ? "NULL" : "t." + column);
    }
}
