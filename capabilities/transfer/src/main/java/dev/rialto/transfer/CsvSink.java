package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import dev.rialto.model.FieldType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.core.JsonGenerator;

/// Objects as CSV, as [CsvSource] reads it back: text, numbers, booleans and times are as plain as
/// they can be, values of other types are in wire form. Text that would be read as a number, a
/// boolean or null stands in quotes.
final class CsvSink implements ObjectSink {
    private final Layout layout;
    private final OutputStream out;
    private final char delimiter;
    private final int[] shown;
    private final List<String> relations;
    private final Cells cells = new Cells(false);
    private final StringBuilder line = new StringBuilder();
    private boolean first = true;

    CsvSink(Layout layout, ExportForm form, OutputStream out) {
        this.layout = layout;
        this.out = out;
        this.delimiter = form.delimiter();
        this.relations = List.copyOf(layout.relations().keySet());
        this.shown =
                IntStream.range(0, layout.fields().size())
                        .filter(i ->
                                form.hidden() || !layout.fields().get(i).field().startsWith("_"))
                        .toArray();
        List.of("objectId", "createdAt", "updatedAt").forEach(this::plain);
        for (int i : shown) {
            plain(layout.fields().get(i).field());
        }
        relations.forEach(this::plain);
        plain("ACL");
        finish();
    }

    @Override
    public void object(ResultSet row) throws SQLException {
        text(row.getString(1));
        plain(ExportRow.time(row, 2));
        plain(ExportRow.time(row, 3));
        Set<String> nulls = ExportRow.names(row.getArray(ExportRow.NULLS));
        for (int i : shown) {
            Layout.Column column = layout.fields().get(i);
            String text = row.getString(ExportRow.FIRST_FIELD + i);
            if (text == null) {
                plain(nulls.contains(column.field()) ? CsvSource.NULL : "");
            } else {
                value(row, ExportRow.FIRST_FIELD + i, text, column.type());
            }
        }
        for (String relation : relations) {
            String target = String.valueOf(layout.relations().get(relation));
            plain(json(json -> ExportRow.writeRelation(target, json)));
        }
        plain(ExportRow.hasAcl(row) ? json(json -> ExportRow.writeAcl(row, json)) : "");
        finish();
    }

    @Override
    public void members(String owner, Members members) throws SQLException {
        text(owner);
        plain("");
        plain("");
        for (int _ : shown) {
            plain("");
        }
        for (String relation : relations) {
            plain(
                    relation.equals(members.relation())
                            ? json(json -> JsonSink.writeMembers(members, json))
                            : "");
        }
        plain("");
        finish();
    }

    private void value(ResultSet row, int at, String text, FieldType type) throws SQLException {
        if (type instanceof FieldType.Text) {
            text(text);
        } else if (type instanceof FieldType.Date) {
            plain(ExportRow.time(row, at));
        } else {
            plain(json(json -> ExportRow.writeValue(row, at, text, type, json)));
        }
    }

    /// What writes a value.
    private interface Writing {
        void to(JsonGenerator json) throws SQLException;
    }

    private static String json(Writing value) throws SQLException {
        var text = new StringWriter();
        try (JsonGenerator json = Json.mapper().createGenerator(text)) {
            value.to(json);
        }
        return text.toString();
    }

    private void text(String text) {
        FieldType guess = cells.guess(text);
        boolean ambiguous =
                text.equals(CsvSource.NULL)
                        || guess instanceof FieldType.Number
                        || guess instanceof FieldType.Bool;
        cell(text, ambiguous || CsvSource.needsQuotes(text, delimiter));
    }

    /// A cell that means what it looks like.
    private void plain(String text) {
        cell(text, !text.isEmpty() && CsvSource.needsQuotes(text, delimiter));
    }

    private void cell(String text, boolean quoted) {
        if (!first) {
            line.append(delimiter);
        }
        first = false;
        if (quoted) {
            line.append('"').append(text.replace("\"", "\"\"")).append('"');
        } else {
            line.append(text);
        }
    }

    private void finish() {
        line.append('\n');
        try {
            out.write(line.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        line.setLength(0);
        first = true;
    }

    @Override
    public void close() {
        // Each line is written as it is complete.
    }
}
