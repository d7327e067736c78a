package dev.rialto.server;

import dev.rialto.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// The doctor's checks of what the database has and nothing uses, or lacks although something does.
record OrphanChecks(Connection connection) {
    List<Finding> run(List<String> schemas) throws SQLException {
        return List.of(schemas(), revisions(schemas));
    }

    /// An app that was being created or deleted when the server was killed.
    private Finding schemas() throws SQLException {
        List<String> left =
                list(
                        "SELECT n.nspname FROM pg_namespace n WHERE n.nspname LIKE 'app\\_%'"
                                + " AND NOT EXISTS (SELECT FROM rialto.app a"
                                + " WHERE a.schema_name = n.nspname) ORDER BY 1");
        return left.isEmpty()
                ? Finding.ok("schemas", "each belongs to an app")
                : Finding.warning(
                        "schemas",
                        "no app has "
                                + String.join(", ", left)
                                + ": look what is in there, then DROP SCHEMA ... CASCADE, or create the"
                                + " app of that name again");
    }

    /// Micro apps that call a revision whose artifact is not there.
    private Finding revisions(List<String> schemas) throws SQLException {
        List<String> broken = new ArrayList<>();
        long stored = 0;
        for (String schema : schemas) {
            String name = Sql.name(schema);
            stored += list("SELECT number FROM %s._revision".formatted(name)).size();
            for (String app :
                    list(
                            ("SELECT m.name || ' ' || used.number FROM %1$s._micro_app m"
                                            + " CROSS JOIN LATERAL (VALUES (m.live), (m.previous),"
                                            + " (m.candidate)) used (number)"
                                            + " WHERE used.number > 0 AND NOT EXISTS (SELECT FROM"
                                            + " %1$s._revision r WHERE r.micro_app = m.name"
                                            + " AND r.number = used.number) ORDER BY 1")
                                    .formatted(name))) {
                broken.add(schema + ": " + app);
            }
        }
        return broken.isEmpty()
                ? Finding.ok("functions", "all of " + stored + " revisions that are used are there")
                : Finding.problem(
                        "functions",
                        "revisions that are used are missing ("
                                + String.join(", ", broken)
                                + "): deploy these micro apps again");
    }

    private List<String> list(String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }
}
