package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.AclText;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.model.GeometryText;
import dev.rialto.spi.FileAddresses;
import java.io.ByteArrayOutputStream;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.node.ObjectNode;

/// Writes database rows as objects in wire form, without building anything in between.
final class RowWriter {
    private static final int FIRST_FIELD = 7;

    private final App app;
    private final Selection selection;
    private final FileAddresses files;
    private final NestedFiles nested;
    private long treeBytes;

    RowWriter(App app, Selection selection, FileAddresses files) {
        this.app = app;
        this.selection = selection;
        this.files = files;
        this.nested = new NestedFiles(app, files);
    }

    /// The row as a tree.
    ObjectNode tree(ResultSet row) throws SQLException {
        var bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = Json.mapper().createGenerator(bytes)) {
            write(row, out);
        }
        treeBytes += bytes.size();
        return Json.mapper().readTree(bytes.toByteArray()).asObject();
    }

    /// How long the trees were, as JSON.
    long treeBytes() {
        return treeBytes;
    }

    /// Writes the row that the cursor is on; its columns are those of [Selection#sql].
    void write(ResultSet row, JsonGenerator out) throws SQLException {
        out.writeStartObject();
        writeFields(row, out);
        out.writeEndObject();
    }

    void writeFields(ResultSet row, JsonGenerator out) throws SQLException {
        out.writeStringProperty("objectId", row.getString(1));
        out.writeStringProperty("createdAt", DateText.write(Dates.readPresent(row, 2)));
        out.writeStringProperty("updatedAt", DateText.write(Dates.readPresent(row, 3)));
        Set<String> nulls = names(row.getArray(6));
        List<Selection.Column> columns = selection.columns();
        for (int i = 0; i < columns.size(); i++) {
            Selection.Column column = columns.get(i);
            boolean written = writeField(row, FIRST_FIELD + i, column, out);
            if (!written && nulls.contains(column.field())) {
                out.writeNullProperty(column.field());
            }
        }
        for (Selection.Column relation : selection.relations()) {
            if (relation.type() instanceof FieldType.Relation(var target)) {
                out.writeObjectPropertyStart(relation.field());
                out.writeStringProperty("__type", "Relation");
                out.writeStringProperty("className", target);
                out.writeEndObject();
            }
        }
        if (selection.score().isPresent()) {
            out.writeNumberProperty("score", row.getDouble(FIRST_FIELD + columns.size()));
        }
        writeAcl(row.getArray(4), row.getArray(5), out);
    }

    /// Writes one field, if it is not null.
    boolean writeField(ResultSet row, int at, Selection.Column column, JsonGenerator out)
            throws SQLException {
        String name = column.field();
        switch (column.type()) {
            case FieldType.Number _ -> {
                double value = row.getDouble(at);
                if (row.wasNull()) {
                    return false;
                }
                out.writeName(name);
                Json.writeNumber(out, value);
            }
            case FieldType.Bool _ -> {
                boolean value = row.getBoolean(at);
                if (row.wasNull()) {
                    return false;
                }
                out.writeBooleanProperty(name, value);
            }
            case FieldType.Date _ -> {
                OffsetDateTime value = Dates.read(row, at);
                if (value == null) {
                    return false;
                }
                out.writeObjectPropertyStart(name);
                out.writeStringProperty("__type", "Date");
                out.writeStringProperty("iso", DateText.write(value));
                out.writeEndObject();
            }
            case FieldType.Text _,
                    FieldType.Pointer _,
                    FieldType.File _,
                    FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Bytes _ -> {
                return writeOther(row, at, column, out);
            }
            case FieldType.Relation _, FieldType.Acl _ ->
                    throw new IllegalStateException(name + " has no column");
        }
        return true;
    }

    private boolean writeOther(ResultSet row, int at, Selection.Column column, JsonGenerator out)
            throws SQLException {
        if (column.type() instanceof FieldType.Bytes) {
            byte[] bytes = row.getBytes(at);
            if (bytes == null) {
                return false;
            }
            out.writeObjectPropertyStart(column.field());
            out.writeStringProperty("__type", "Bytes");
            out.writeName("base64");
            out.writeBinary(bytes);
            out.writeEndObject();
            return true;
        }
        String text = row.getString(at);
        if (text == null) {
            return false;
        }
        out.writeName(column.field());
        writeText(text, column.type(), out);
        return true;
    }

    private void writeText(String text, FieldType type, JsonGenerator out) {
        switch (type) {
            case FieldType.Text _ -> out.writeString(text);
            case FieldType.Pointer(var target) -> {
                out.writeStartObject();
                out.writeStringProperty("__type", "Pointer");
                out.writeStringProperty("className", target);
                out.writeStringProperty("objectId", text);
                out.writeEndObject();
            }
            case FieldType.File _ -> {
                out.writeStartObject();
                out.writeStringProperty("__type", "File");
                out.writeStringProperty("name", text);
                out.writeStringProperty("url", files.url(app, text));
                out.writeEndObject();
            }
            case FieldType.Obj _, FieldType.Array _ -> nested.write(text, out);
            case FieldType.GeoPoint _ -> GeometryText.writePoint(text, out);
            case FieldType.Polygon _ -> GeometryText.writePolygon(text, out);
            case FieldType.Number _,
                    FieldType.Bool _,
                    FieldType.Date _,
                    FieldType.Bytes _,
                    FieldType.Relation _,
                    FieldType.Acl _ ->
                    throw new IllegalStateException(type + " is not kept as text");
        }
    }

    private static void writeAcl(
            @Nullable Array readers, @Nullable Array writers, JsonGenerator out)
            throws SQLException {
        if (readers != null || writers != null) {
            AclText.write(names(readers), names(writers), out);
        }
    }

    private static Set<String> names(@Nullable Array array) throws SQLException {
        return array == null ? Set.of() : new HashSet<>(Arrays.asList((String[]) array.getArray()));
    }
}
