package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.store.Database;
import dev.rialto.transfer.ObjectSink.Members;
import dev.rialto.transfer.TransferProgress.Phase;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Writes the objects of a class in the order of their creation, as they were at one moment. The
/// members of relations follow as operations, at most 1,000 in one: `{"objectId": "x", "likes":
/// {"__op": "AddRelation", "objects": [...]}}`. What it writes, [Importer] takes back, and exports
/// again byte for byte.
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
    /// @return the number of objects
    public long run(
            App app,
            String className,
            ExportForm form,
            OutputStream out,
            TransferProgress progress) {
        Layout layout =
                Layout.of(
                        app,
                        find(app, className),
                        field -> classes.isSystemField(className, field));
        return database.inTransaction(() ->
                database.with(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute(
                                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
                        statement.execute("SET LOCAL statement_timeout = 0");
                    }
                    try (ObjectSink sink = ObjectSink.open(layout, form, out)) {
                        long total = count(connection, layout);
                        long rows = writeObjects(connection, layout, sink, total, progress);
                        for (Map.Entry<String, String> each : layout.relations().entrySet()) {
                            writeMembers(connection, layout, each.getKey(), each.getValue(), sink);
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
            ObjectSink sink,
            long total,
            TransferProgress progress)
            throws SQLException {
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
                    sink.object(rows);
                    if (++written % FETCH == 0) {
                        progress.at(Phase.EXPORTING, (double) written / total, written, 0);
                    }
                }
            }
        }
        return written;
    }

    private static void writeMembers(
            Connection connection, Layout layout, String relation, String target, ObjectSink sink)
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
                        writeMembers(owner, new Members(relation, target, members), sink);
                        members.clear();
                        owner = next;
                    }
                    members.add(pairs.getString(2));
                }
                writeMembers(owner, new Members(relation, target, members), sink);
            }
        }
    }

    private static void writeMembers(String owner, Members members, ObjectSink sink)
            throws SQLException {
        if (!members.ids().isEmpty()) {
            sink.members(owner, members);
        }
    }
}
