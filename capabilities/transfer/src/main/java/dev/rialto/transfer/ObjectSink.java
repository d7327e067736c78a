package dev.rialto.transfer;

import java.io.OutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// What an export writes its objects to.
interface ObjectSink extends AutoCloseable {
    /// Some members of one object's relation.
    ///
    /// @param target the class they are of
    record Members(String relation, String target, List<String> ids) {}

    /// @param row its columns are those of [Layout#selection]
    void object(ResultSet row) throws SQLException;

    void members(String owner, Members members) throws SQLException;

    /// Writes the end. The stream below stays open.
    @Override
    void close();

    static ObjectSink open(Layout layout, ExportForm form, OutputStream out) {
        return switch (form.format()) {
            case JSON_LINES -> JsonSink.lines(new ExportRow(layout, form.hidden()), out);
            case JSON -> JsonSink.array(new ExportRow(layout, form.hidden()), out);
            case CSV -> new CsvSink(layout, form, out);
        };
    }
}
