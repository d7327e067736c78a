package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.objects.spi.FileAddresses;
import java.io.ByteArrayOutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes the rows of a pipeline as Parse shows them.
final class AggregateWriter {
    /// Dates that are plain text in every object.
    private static final Set<String> PLAIN_DATES = Set.of("createdAt", "updatedAt");

    private final App app;
    private final List<Rows.Column> columns;
    private final FileAddresses files;
    private final RowWriter values;

    AggregateWriter(App app, List<Rows.Column> columns, FileAddresses files) {
        this.app = app;
        this.columns = columns;
        this.files = files;
        this.values = new RowWriter(app, Selection.none(), files);
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
            if (column.shape().type() instanceof FieldType.Relation(var target)) {
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

    private boolean write(ResultSet row, int at, Rows.Column column, JsonGenerator out)
            throws SQLException {
        if (column.shape().equals(Shape.DATE) && PLAIN_DATES.contains(column.name())) {
            OffsetDateTime time = Dates.read(row, at);
            if (time != null) {
                out.writeStringProperty(column.name(), DateText.write(time));
            }
            return time != null;
        }
        if (column.shape().isJson()) {
            String json = row.getString(at);
            if (json != null) {
                out.writeName(column.name());
                writeJson(json, out);
            }
            return json != null;
        }
        return values.writeField(
                row, at, new Selection.Column(column.name(), column.shape().type()), out);
    }

    /// Writes a value in wire form. Files that a stage has put into it still lack their address.
    void writeJson(String json, JsonGenerator out) {
        if (json.contains("\"__type\": \"File\"")) {
            JsonNode tree = Json.mapper().readTree(json);
            addAddresses(tree);
            Json.mapper().writeTree(out, tree);
        } else {
            out.writeRawValue(json);
        }
    }

    private void addAddresses(@Nullable JsonNode value) {
        if (value instanceof ObjectNode object
                && object.path("__type").asString("").equals("File")) {
            object.put("url", files.url(app, object.path("name").asString("")));
        } else if (value != null) {
            value.forEach(this::addAddresses);
        }
    }
}
