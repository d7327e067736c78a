package dev.rialto.schema;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.where.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads Parse's index definitions, `{"name": 1, "age": -1}` or `{"place": "2dsphere"}`, into the
/// PostgreSQL index that serves the same queries.
final class Indexes {
    private Indexes() {}

    /// The part of `CREATE INDEX` after the table: access method and columns.
    static String definition(ClassSchema schema, ObjectNode keys) {
        List<String> columns = new ArrayList<>();
        for (Map.Entry<String, JsonNode> key : keys.properties()) {
            FieldType type = type(schema, key.getKey());
            String column = Table.column(pointerColumn(key.getKey()));
            switch (type) {
                case FieldType.GeoPoint _, FieldType.Polygon _ -> {
                    return " USING gist (" + column + ")";
                }
                case FieldType.Array _, FieldType.Obj _ -> {
                    return " USING gin (" + column + " jsonb_path_ops)";
                }
                case FieldType.Text _
                        when key.getValue().isString()
                                && key.getValue().asString().equals("text") -> {
                    return " USING gin (to_tsvector('english', " + column + "))";
                }
                case FieldType.Relation _, FieldType.Acl _ ->
                        throw new RialtoException(
                                ErrorCode.INVALID_QUERY,
                                "Field " + key.getKey() + " can't be indexed.");
                default -> columns.add(column + (key.getValue().asInt(1) < 0 ? " DESC" : ""));
            }
        }
        return " (" + String.join(", ", columns) + ")";
    }

    static void check(ClassSchema schema, String name, ObjectNode keys) {
        if (name.isEmpty() || name.length() > 200) {
            throw new RialtoException(ErrorCode.INVALID_QUERY, "Invalid index name: " + name);
        }
        if (keys.isEmpty()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY, "Index " + name + " names no field.");
        }
        definition(schema, keys);
    }

    private static FieldType type(ClassSchema schema, String key) {
        return schema.type(pointerColumn(key))
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.INVALID_QUERY,
                                "Field " + key + " does not exist, cannot add index."));
    }

    /// Parse's clients name a pointer's column `_p_owner`.
    private static String pointerColumn(String key) {
        return Optional.of(key)
                .filter(k -> k.startsWith("_p_"))
                .map(k -> k.substring(3))
                .orElse(key);
    }
}
