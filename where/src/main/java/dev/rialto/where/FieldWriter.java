package dev.rialto.where;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.model.FileAddresses;
import dev.rialto.model.GeometryText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import tools.jackson.core.JsonGenerator;

/// Writes the columns of fields as values in wire form, without building anything in between.
public final class FieldWriter {
    private final App app;
    private final FileAddresses files;
    private final NestedFiles nested;

    public FieldWriter(App app, FileAddresses files) {
        this.app = app;
        this.files = files;
        this.nested = new NestedFiles(app, files);
    }

    /// Writes one field, if it is not null.
    public boolean write(ResultSet row, int at, String name, FieldType type, JsonGenerator out)
            throws SQLException {
        switch (type) {
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
                return writeOther(row, at, name, type, out);
            }
            case FieldType.Relation _, FieldType.Acl _ ->
                    throw new IllegalStateException(name + " has no column");
        }
        return true;
    }

    private boolean writeOther(
            ResultSet row, int at, String name, FieldType type, JsonGenerator out)
            throws SQLException {
        if (type instanceof FieldType.Bytes) {
            byte[] bytes = row.getBytes(at);
            if (bytes == null) {
                return false;
            }
            out.writeObjectPropertyStart(name);
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
        out.writeName(name);
        writeText(text, type, out);
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
}
