package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.AclText;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.model.FileAddresses;
import dev.rialto.where.Dates;
import dev.rialto.where.FieldWriter;
import java.io.ByteArrayOutputStream;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
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

    private final Selection selection;
    private final FieldWriter fields;
    private long treeBytes;

    RowWriter(App app, Selection selection, FileAddresses files) {
        this.selection = selection;
        this.fields = new FieldWriter(app, files);
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
            boolean written =
                    fields.write(row, FIRST_FIELD + i, column.field(), column.type(), out);
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
        writeAcl(row.getArray(Selection.READERS), row.getArray(5), out);
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
