package dev.rialto.aggregate;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.model.FileAddresses;
import dev.rialto.where.Dates;
import dev.rialto.where.FieldWriter;
import dev.rialto.where.NestedFiles;
import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes the rows of a pipeline as Parse shows them.
final class AggregateWriter {
    /// Dates that are plain text in every object.
    private static final Set<String> PLAIN_DATES = Set.of("createdAt", "updatedAt");

    private final List<Rows.Column> columns;
    private final NestedFiles files;
    private final FieldWriter values;

    AggregateWriter(App app, List<Rows.Column> columns, FileAddresses files) {
        this.columns = columns;
        this.files = new NestedFiles(app, files);
        this.values = new FieldWriter(app, files);
    }

    /// Whether a date of this name is plain text in every object.
    static boolean isPlainDate(String column) {
        return PLAIN_DATES.contains(column);
    }

    ObjectNode tree(ResultSet row) throws SQLException {
        var bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = Json.mapper().createGenerator(bytes)) {
            write(row, out);
        }
        return Json.mapper().readTree(bytes.toByteArray()).asObject();
    }

    /// Writes the row that the cursor is on; it has the stored columns in their order.
    void write(ResultSet row, JsonGenerator out) throws SQLException {
        out.writeStartObject();
        int at = 0;
        for (Rows.Column column : columns) {
            if (Rows.isRoot(column)) {
                writeRoot(row.getString(++at), out);
            } else if (column.type().fieldType() instanceof FieldType.Relation(var target)) {
                out.writeObjectPropertyStart(column.name());
                out.writeStringProperty("__type", "Relation");
                out.writeStringProperty("className", target);
                out.writeEndObject();
            } else if (!write(row, ++at, column, out) && column.shownWhenNull()) {
                out.writeNullProperty(column.name());
            }
        }
        out.writeEndObject();
    }

    /// Writes the fields of an object that stands for the row, but for those that have a column.
    private void writeRoot(String json, JsonGenerator out) {
        for (Map.Entry<String, JsonNode> each :
                files.addTo(Json.mapper().readTree(json)).properties()) {
            boolean replaced =
                    columns.stream().anyMatch(column -> column.name().equals(each.getKey()));
            if (!replaced) {
                out.writeName(each.getKey());
                Json.mapper().writeTree(out, each.getValue());
            }
        }
    }

    private boolean write(ResultSet row, int at, Rows.Column column, JsonGenerator out)
            throws SQLException {
        if (column.type().equals(ValueType.DATE) && PLAIN_DATES.contains(column.name())) {
            OffsetDateTime time = Dates.read(row, at);
            if (time != null) {
                out.writeStringProperty(column.name(), DateText.write(time));
            }
            return time != null;
        }
        if (column.type().isJson()) {
            String json = row.getString(at);
            if (json != null) {
                out.writeName(column.name());
                writeJson(json, out);
            }
            return json != null;
        }
        return values.write(row, at, column.name(), column.type().fieldType(), out);
    }

    /// Writes a value in wire form. Files that a stage has put into it still lack their address.
    void writeJson(String json, JsonGenerator out) {
        files.write(json, out);
    }
}
