package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import dev.rialto.model.GeometryText;
import dev.rialto.model.Value;
import dev.rialto.model.ValueReader;
import dev.rialto.where.FieldValues;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Values in wire form as PostgreSQL's text of a column.
final class ColumnText {
    private ColumnText() {}

    /// @throws RialtoException when the value is none of the type
    static String of(String field, FieldType type, JsonNode wire) {
        if (wire.isString()) {
            return ofString(field, type, wire.stringValue());
        }
        requireType(field, type, wire);
        if (type instanceof FieldType.Obj || type instanceof FieldType.Array) {
            ProhibitedKeys.requireNone(wire);
            return Json.write(FieldValues.storable(wire));
        }
        return switch (ValueReader.read(wire)) {
            case Value.Number(double number) -> Double.toString(number);
            case Value.Bool(boolean bool) -> bool ? "t" : "f";
            case Value.Text(String text) -> text;
            case Value.Date(Instant time) -> time(time);
            case Value.Bytes(String base64) ->
                    "\\x" + HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
            case Value.Pointer(_, String id) -> id;
            case Value.File(String name) -> name;
            case Value.GeoPoint point -> GeometryText.point(point);
            case Value.Polygon(var corners) -> GeometryText.polygon(corners);
            case Value.Null _, Value.Relation _, Value.Array _, Value.Obj _ ->
                    throw mismatch(field, type, type);
        };
    }

    /// Plain strings are dates, ids and file names where the schema says so.
    private static String ofString(String field, FieldType type, String text) {
        return switch (type) {
            case FieldType.Text _, FieldType.File _ -> text;
            case FieldType.Pointer _ -> {
                if (text.isEmpty()) {
                    throw mismatch(field, type, new FieldType.Text());
                }
                yield text;
            }
            case FieldType.Date _ ->
                    DateText.read(text)
                            .map(ColumnText::time)
                            .orElseThrow(() -> mismatch(field, type, new FieldType.Text()));
            case FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Bytes _,
                    FieldType.Acl _,
                    FieldType.Relation _ ->
                    throw mismatch(field, type, new FieldType.Text());
        };
    }

    static void requireType(String field, FieldType expected, JsonNode wire) {
        Optional<FieldType> actual = wire.has("__op") ? Optional.empty() : FieldTypes.of(wire);
        if (actual.isEmpty()) {
            throw new RialtoException(
                    ErrorCode.INCORRECT_TYPE, field + " has no value but an operation");
        }
        if (!actual.get().equals(expected)) {
            throw mismatch(field, expected, actual.get());
        }
    }

    private static RialtoException mismatch(String field, FieldType expected, FieldType actual) {
        return new RialtoException(
                ErrorCode.INCORRECT_TYPE,
                "schema mismatch for "
                        + field
                        + "; expected "
                        + expected.display()
                        + " but got "
                        + actual.display());
    }

    /// A time as PostgreSQL reads it, years before 1 included.
    static String time(Instant time) {
        LocalDateTime utc = LocalDateTime.ofInstant(time, ZoneOffset.UTC);
        int year = utc.getYear();
        if (year >= 1 && year <= 9999) {
            return DateText.write(time);
        }
        String rest = DateText.write(time.atOffset(ZoneOffset.UTC).withYear(2000).toInstant());
        String text = String.format("%04d", year < 1 ? 1 - year : year) + rest.substring(4);
        return year < 1 ? text + " BC" : text;
    }
}
