package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.store.Database;
import dev.rialto.transfer.TransferProgress.Phase;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.node.ObjectNode;

/// Writes the objects of a class as JSON lines in wire form, in the order of their creation, as
/// they were at one moment. The members of relations follow as operations, at most 1,000 on a line:
/// `{"objectId": "x", "likes": {"__op": "AddRelation", "objects": [...]}}`. What it writes,
/// [Importer] takes back, and exports again byte for byte.
public final class Exporter {
    private static final int FETCH = 1000;
    private static final int MEMBERS_ON_A_LINE = 1000;

    private final Database database;
    private final Classes classes;

    public Exporter(Database database, Classes classes) {
        this.database = database;
        this.classes = classes;
    }

    /// The fields of a class, as a schema file for its import.
    public ObjectNode schema(App app, String className) {
        return SchemaFile.write(find(app, className));
    }

    /// Writes all objects of a class. The stream stays open.
    ///
    /// @param hidden whether columns that no client sees, such as password hashes, are written too
    /// @return the number of objects
    public long run(
            App app,
            String className,
            boolean hidden,
            OutputStream out,
            TransferProgress progress) {
        Layout layout = Layout.of(app, find(app, className));
        return database.inTransaction(() ->
                database.with(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute(
                                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
                        statement.execute("SET LOCAL statement_timeout = 0");
                    }
                    try (JsonGenerator json =
                            Json.mapper()
                                    .writer()
                                    .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                                    .withRootValueSeparator("")
                                    .createGenerator(out)) {
                        long total = count(connection, layout);
                        long rows = writeObjects(connection, layout, hidden, json, total, progress);
                        for (Map.Entry<String, String> each : layout.relations().entrySet()) {
                            writeMembers(connection, layout, each.getKey(), each.getValue(), json);
                        }
                        progress.at(Phase.EXPORTING, 1, rows, 0);
                        return rows;
                    }
                }));
    }

    private ClassSchema find(App app, String className) {
        return classes.find(app, className)
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.INVALID_CLASS_NAME,
                                "the app " + app.id() + " has no class " + className));
    }

    private static long count(Connection connection, Layout layout) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet count =
                        statement.executeQuery("SELECT count(*) FROM " + layout.table())) {
            count.next();
            return count.getLong(1);
        }
    }

    private static long writeObjects(
            Connection connection,
            Layout layout,
            boolean hidden,
            JsonGenerator json,
            long total,
            TransferProgress progress)
            throws SQLException {
        var writer = new ExportRow(layout, hidden);
        String sql =
                "SELECT "
                        + layout.selection()
                        + " FROM "
                        + layout.table()
                        + " ORDER BY \"createdAt\", \"objectId\"";
        long written = 0;
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    writer.write(rows, json);
                    json.writeRaw('\n');
                    if (++written % FETCH == 0) {
                        progress.at(Phase.EXPORTING, (double) written / total, written, 0);
                    }
                }
            }
        }
        return written;
    }

    private static void writeMembers(
            Connection connection,
            Layout layout,
            String relation,
            String target,
            JsonGenerator json)
            throws SQLException {
        String sql =
                "SELECT \"owningId\", \"relatedId\" FROM "
                        + layout.pairs(relation)
                        + " ORDER BY \"owningId\", \"relatedId\"";
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet pairs = statement.executeQuery(sql)) {
                List<String> members = new ArrayList<>();
                String owner = "";
                while (pairs.next()) {
                    String next = pairs.getString(1);
                    if (!next.equals(owner) || members.size() == MEMBERS_ON_A_LINE) {
                        writeMembers(owner, relation, target, members, json);
                        members.clear();
                        owner = next;
                    }
                    members.add(pairs.getString(2));
                }
                writeMembers(owner, relation, target, members, json);
            }
        }
    }

    private static void writeMembers(
            String owner,
            String relation,
            String target,
            List<String> members,
            JsonGenerator json) {
        if (members.isEmpty()) {
            return;
        }
        json.writeStartObject();
        json.writeStringProperty("objectId", owner);
        json.writeObjectPropertyStart(relation);
        json.writeStringProperty("__op", "AddRelation");
        json.writeArrayPropertyStart("objects");
        members.forEach(member -> ExportRow.writePointer(target, member, json));
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        json.writeRaw('\n');
    }
}
