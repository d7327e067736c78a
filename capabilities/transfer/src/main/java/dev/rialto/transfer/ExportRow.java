package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import dev.rialto.model.AclText;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.model.GeometryText;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Writes rows whose columns are those of [Layout#selection] as objects in wire form.
final class ExportRow {
    static final int FIRST_FIELD = 7;
    static final int NULLS = 6;
    private static final int READERS = 4;
    private static final int WRITERS = 5;

    private final Layout layout;
    private final boolean hidden;

    /// @param hidden whether fields whose names begin with `_` are written
    ExportRow(Layout layout, boolean hidden) {
        this.layout = layout;
        this.hidden = hidden;
    }

    void write(ResultSet row, JsonGenerator out) throws SQLException {
        out.writeStartObject();
        out.writeStringProperty("objectId", row.getString(1));
        out.writeStringProperty("createdAt", time(row, 2));
        out.writeStringProperty("updatedAt", time(row, 3));
        Set<String> nulls = names(row.getArray(NULLS));
        for (int i = 0; i < layout.fields().size(); i++) {
            Layout.Column column = layout.fields().get(i);
            if (column.field().startsWith("_") && !hidden) {
                continue;
            }
            String text = row.getString(FIRST_FIELD + i);
            if (text != null) {
                out.writeName(column.field());
                writeValue(row, FIRST_FIELD + i, text, column.type(), out);
            } else if (nulls.contains(column.field())) {
                out.writeNullProperty(column.field());
            }
        }
        layout.relations()
                .forEach((field, target) -> {
                    out.writeName(field);
                    writeRelation(target, out);
                });
        if (hasAcl(row)) {
            out.writeName("ACL");
            writeAcl(row, out);
        }
        out.writeEndObject();
    }

    static void writeValue(ResultSet row, int at, String text, FieldType type, JsonGenerator out)
            throws SQLException {
        switch (type) {
            case FieldType.Text _ -> out.writeString(text);
            case FieldType.Number _ -> Json.writeNumber(out, row.getDouble(at));
            case FieldType.Bool _ -> out.writeBoolean(row.getBoolean(at));
            case FieldType.Date _ -> {
                start("Date", out);
                out.writeStringProperty("iso", time(row, at));
                out.writeEndObject();
            }
            case FieldType.Obj _, FieldType.Array _ -> out.writeRawValue(text);
            case FieldType.Pointer(var target) -> writePointer(target, text, out);
            case FieldType.File _ -> {
                start("File", out);
                out.writeStringProperty("name", text);
                out.writeEndObject();
            }
            case FieldType.GeoPoint _ -> GeometryText.writePoint(text, out);
            case FieldType.Polygon _ -> GeometryText.writePolygon(text, out);
            case FieldType.Bytes _ -> {
                start("Bytes", out);
                out.writeName("base64");
                out.writeBinary(row.getBytes(at));
                out.writeEndObject();
            }
            case FieldType.Relation _, FieldType.Acl _ ->
                    throw new IllegalStateException(type + " has no column");
        }
    }

    static void writePointer(String target, String objectId, JsonGenerator out) {
        start("Pointer", out);
        out.writeStringProperty("className", target);
        out.writeStringProperty("objectId", objectId);
        out.writeEndObject();
    }

    static void writeRelation(String target, JsonGenerator out) {
        start("Relation", out);
        out.writeStringProperty("className", target);
        out.writeEndObject();
    }

    private static void start(String type, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("__type", type);
    }

    static String time(ResultSet row, int at) throws SQLException {
        return DateText.write(Instant.ofEpochMilli(row.getLong(at)));
    }

    static boolean hasAcl(ResultSet row) throws SQLException {
        return row.getArray(READERS) != null || row.getArray(WRITERS) != null;
    }

    static void writeAcl(ResultSet row, JsonGenerator out) throws SQLException {
        Array readers = row.getArray(READERS);
        Array writers = row.getArray(WRITERS);
        // No list at all means everybody.
        Set<String> mayRead = readers == null ? Set.of("*") : names(readers);
        Set<String> mayWrite = writers == null ? Set.of("*") : names(writers);
        AclText.writeValue(mayRead, mayWrite, out);
    }

    static Set<String> names(@Nullable Array array) throws SQLException {
        return array == null ? Set.of() : new HashSet<>(Arrays.asList((String[]) array.getArray()));
    }
}
