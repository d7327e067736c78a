package dev.rialto.server;

import dev.rialto.files.FolderContents;
import dev.rialto.kernel.App;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The doctor's checks of what is stored and nothing uses, or is used and not stored.
///
/// @param files the folder of files
/// @param apps all there are
record OrphanChecks(Connection connection, FolderContents files, List<App> apps) {
    /// An object that mentions a file is often stored after it.
    private static final Duration PATIENCE = Duration.ofDays(1);

    private static final String USED_REVISIONS =
            " FROM %1$s._micro_app m CROSS JOIN LATERAL (SELECT DISTINCT number FROM"
                    + " (VALUES (m.live), (m.previous), (m.candidate)) v (number)) used"
                    + " WHERE used.number > 0";

    List<Finding> run() throws SQLException {
        return List.of(schemas(), revisions(), unmentionedFiles(), filesOfNoApp());
    }

    /// Those that don't look into the folder of files.
    List<Finding> runInDatabase() throws SQLException {
        return List.of(schemas(), revisions());
    }

    private Finding unmentionedFiles() throws SQLException {
        long number = 0;
        long bytes = 0;
        List<Path> examples = new ArrayList<>();
        Instant before = Instant.now().minus(PATIENCE);
        try {
            for (App app : apps) {
                FolderContents.Found found = files.without(app, mentioned(app), before);
                number += found.files();
                bytes += found.bytes();
                found.example().ifPresent(examples::add);
            }
        } catch (IOException failure) {
            return Finding.problem("unused files", "can't be read: " + failure.getMessage());
        }
        return number == 0
                ? Finding.ok("unused files", "there are none")
                : Finding.warning(
                        "unused files",
                        ("no object mentions %d files (%d MB), such as %s: DELETE /files/NAME"
                                        + " each, unless somebody keeps its name or address elsewhere")
                                .formatted(number, bytes >> 20, examples.getFirst()));
    }

    private Finding filesOfNoApp() {
        try {
            List<Path> left = files.ofOthersThan(apps);
            return left.isEmpty()
                    ? Finding.ok("files of apps", "each folder belongs to an app")
                    : Finding.warning(
                            "files of apps",
                            "no app has the files in "
                                    + left
                                    + ": delete these folders if the apps were deleted on purpose");
        } catch (IOException failure) {
            return Finding.problem("files of apps", "can't be read: " + failure.getMessage());
        }
    }

    /// The names in fields of files, and all that may be names of files in objects and arrays.
    private Set<String> mentioned(App app) throws SQLException {
        Set<String> names = new HashSet<>();
        String schema = Sql.name(app.schema());
        for (String table : list("SELECT name FROM %s._schema".formatted(schema))) {
            for (String field : fields(schema, table, "File")) {
                names.addAll(
                        list(
                                "SELECT DISTINCT %1$s FROM %2$s.%3$s WHERE %1$s IS NOT NULL"
                                        .formatted(Sql.name(field), schema, Sql.name(table))));
            }
            for (String kind : List.of("Object", "Array")) {
                for (String field : fields(schema, table, kind)) {
                    names.addAll(
                            list(
                                    ("SELECT DISTINCT m[1] FROM %2$s.%3$s,"
                                                    + " regexp_matches(%1$s::text,"
                                                    + " '\"name\": ?\"([^\"]+)\"', 'g') m"
                                                    + " WHERE %1$s::text LIKE '%%\"File\"%%'")
                                            .formatted(Sql.name(field), schema, Sql.name(table))));
                }
            }
        }
        return names;
    }

    private List<String> fields(String schema, String table, String type) throws SQLException {
        return list(
                ("SELECT f.key FROM %s._schema s, json_each(s.fields) f"
                                + " WHERE s.name = '%s' AND f.value->>'type' = '%s'")
                        .formatted(schema, table.replace("'", "''"), type));
    }

    /// An app that was being created or deleted when the server was killed.
    private Finding schemas() throws SQLException {
        if (list("SELECT 1 WHERE to_regclass('rialto.app') IS NOT NULL").isEmpty()) {
            return Finding.ok("schemas", "no server has used the database yet");
        }
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
    private Finding revisions() throws SQLException {
        List<String> broken = new ArrayList<>();
        long used = 0;
        for (App each : apps) {
            String schema = each.schema();
            String name = Sql.name(schema);
            used += list("SELECT used.number" + USED_REVISIONS.formatted(name)).size();
            for (String app :
                    list(
                            ("SELECT m.name || ' ' || used.number"
                                            + USED_REVISIONS
                                            + " AND NOT EXISTS (SELECT FROM"
                                            + " %1$s._revision r WHERE r.micro_app = m.name"
                                            + " AND r.number = used.number) ORDER BY 1")
                                    .formatted(name))) {
                broken.add(schema + ": " + app);
            }
        }
        return broken.isEmpty()
                ? Finding.ok("functions", "all revisions that are used are there: " + used)
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
