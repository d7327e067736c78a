package dev.rialto.where;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldType;
import dev.rialto.model.GeometryText;
import dev.rialto.model.Value;
import dev.rialto.model.ValueReader;
import dev.rialto.model.ValueWriter;
import dev.rialto.store.Sql;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Values of fields as SQL parameters.
public final class FieldValues {
    private FieldValues() {}

    /// A value in wire form as the SQL expression that stores it in a column of its type.
    public static Sql sql(FieldType type, JsonNode wire) {
        if (wire.isNull() || wire.isMissingNode()) {
            return Sql.of("NULL");
        }
        if (type instanceof FieldType.Obj || type instanceof FieldType.Array) {
            return Sql.of("?::jsonb", Json.write(storable(wire)));
        }
        return switch (ValueReader.read(wire)) {
            case Value.Null _ -> Sql.of("NULL");
            case Value.Bool(var value) -> Sql.of("?", value);
            case Value.Number(var value) -> Sql.of("?", value);
            case Value.Text(var value) -> Sql.of("?", value);
            case Value.Date(var value) -> Sql.of("?", value);
            case Value.Bytes(var base64) ->
                    Sql.of("?", (Object) Base64.getDecoder().decode(base64));
            case Value.Pointer(_, var id) -> Sql.of("?", id);
            case Value.File(var name) -> Sql.of("?", name);
            case Value.GeoPoint(var latitude, var longitude) ->
                    Sql.of("point(?, ?)", longitude, latitude);
            case Value.Polygon(var corners) -> Sql.of("?::polygon", GeometryText.polygon(corners));
            case Value.Relation _, Value.Array _, Value.Obj _ ->
                    throw new RialtoException(
                            ErrorCode.INCORRECT_TYPE, "not a " + type.display() + ": " + wire);
        };
    }

    /// A value of a field in the form in which it is read back.
    ///
    /// @throws RialtoException as [#sql]
    public static JsonNode canonical(FieldType type, JsonNode wire) {
        sql(type, wire);
        return type instanceof FieldType.Obj || type instanceof FieldType.Array
                ? storable(wire)
                : ValueWriter.write(ValueReader.read(wire));
    }

    /// A value of an Array or Object, or one inside, as it is stored: what is typed in it is
    /// checked and written in the one form in which values are compared.
    ///
    /// @throws RialtoException as [ValueReader#read], also for keys that no query could name
    public static JsonNode storable(JsonNode wire) {
        return ValueWriter.write(ValueReader.readInside(wire));
    }

    /// Who may do something according to an ACL in wire form.
    ///
    /// @param right `read` or `write`
    public static String[] allowed(JsonNode acl, String right) {
        Set<String> names = new TreeSet<>();
        if (!acl.isObject()) {
            throw new RialtoException(ErrorCode.INVALID_ACL, "ACL must be an object, not " + acl);
        }
        acl.properties()
                .forEach(each -> {
                    JsonNode rights = each.getValue();
                    boolean flags =
                            rights.isObject()
                                    && rights.properties().stream()
                                            .allMatch(one -> one.getValue().isBoolean());
                    if (!flags) {
                        throw new RialtoException(
                                ErrorCode.INVALID_ACL,
                                "ACL of "
                                        + each.getKey()
                                        + " must be an object like"
                                        + " {\"read\": true}");
                    }
                    if (rights.path(right).asBoolean(false)) {
                        names.add(each.getKey());
                    }
                });
        return names.toArray(String[]::new);
    }
}
