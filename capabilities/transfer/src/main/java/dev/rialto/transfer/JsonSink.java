package dev.rialto.transfer;

import dev.rialto.kernel.Json;
import java.io.OutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;

/// Objects as JSON, one on each line: bare, or as the elements of an array.
final class JsonSink implements ObjectSink {
    private final ExportRow writer;
    private final JsonGenerator json;
    private final String separator;
    private final String end;
    private boolean any;

    private JsonSink(ExportRow writer, OutputStream out, String separator, String end) {
        this.writer = writer;
        this.separator = separator;
        this.end = end;
        this.json =
                Json.mapper()
                        .writer()
                        .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                        .withRootValueSeparator("")
                        .createGenerator(out);
    }

    static JsonSink lines(ExportRow writer, OutputStream out) {
        return new JsonSink(writer, out, "\n", "\n");
    }

    static JsonSink array(ExportRow writer, OutputStream out) {
        var sink = new JsonSink(writer, out, ",\n", "\n]\n");
        sink.json.writeRaw("[\n");
        return sink;
    }

    @Override
    public void object(ResultSet row) throws SQLException {
        separate();
        writer.write(row, json);
    }

    @Override
    public void members(String owner, Members members) {
        separate();
        json.writeStartObject();
        json.writeStringProperty("objectId", owner);
        json.writeName(members.relation());
        writeMembers(members, json);
        json.writeEndObject();
    }

    static void writeMembers(Members members, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("__op", "AddRelation");
        out.writeArrayPropertyStart("objects");
        members.ids().forEach(id -> ExportRow.writePointer(members.target(), id, out));
        out.writeEndArray();
        out.writeEndObject();
    }

    private void separate() {
        if (any) {
            json.writeRaw(separator);
        }
        any = true;
    }

    @Override
    public void close() {
        if (any || end.contains("]")) {
            json.writeRaw(end);
        }
        json.close();
    }
}
