package dev.rialto.files;

import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Finds files that nothing in their app mentions: no object, no parameter, no setting.
///
/// All texts and all JSON of the app are searched. A file counts as mentioned wherever the random
/// part of its name occurs, so also by its URL, however that is written; one that was imported
/// under a name of its own, wherever an object has it in a field or as a file in JSON.
final class FileMentions {
    private static final String RANDOM_PART = "[0-9a-f]{32}(?=_)";
    private static final String JSON_FILE = "\"name\": ?\"([^\"]+)\"";

    private final Database database;

    FileMentions(Database database) {
        this.database = database;
    }

    /// Files that nothing mentions.
    ///
    /// @param some of them, in the order of their names
    record Unused(long files, long bytes, List<String> some) {}

    private record Column(String table, String name, boolean isJson) {}

    /// @param age how long ago a file must have been uploaded: what mentions it often comes later
    /// @param most how many names are wanted
    Unused find(App app, Duration age, int most) {
        Supplier<Unused> search =
                () -> {
                    database.update(Sql.of("SET LOCAL statement_timeout = 0"));
                    database.update(
                            Sql.of("CREATE TEMPORARY TABLE mention (name text) ON COMMIT DROP"));
                    columns(app).forEach(column -> collect(app, column));
                    database.update(Sql.of("ANALYZE mention"));
                    return unused(app, age, most);
                };
        return database.inTransaction(search);
    }

    /// All columns that may hold texts, but those of this capability.
    private List<Column> columns(App app) {
        return database.query(
                Sql.of(
                        "SELECT table_name, column_name, data_type FROM information_schema.columns"
                                + " JOIN information_schema.tables USING (table_schema, table_name)"
                                + " WHERE table_schema = ? AND table_type = 'BASE TABLE'"
                                + " AND table_name NOT LIKE '\\_file%' AND (data_type IN"
                                + " ('text', 'character varying', 'json', 'jsonb')"
                                + " OR udt_name IN ('_text', '_json', '_jsonb'))",
                        app.schema()),
                row ->
                        new Column(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3).startsWith("json")));
    }

    private void collect(App app, Column column) {
        String from = "%s.%s t".formatted(Sql.name(app.schema()), Sql.name(column.table()));
        String value = "t." + Sql.name(column.name());
        database.update(
                Sql.of(
                        "INSERT INTO mention SELECT DISTINCT m[1] FROM %s, regexp_matches(%s::text, ?, 'g') m"
                                .formatted(from, value),
                        RANDOM_PART));
        if (column.isJson()) {
            database.update(
                    Sql.of(
                            ("INSERT INTO mention SELECT DISTINCT m[1] FROM %s,"
                                            + " regexp_matches(%s::text, ?, 'g') m"
                                            + " WHERE %s::text LIKE '%%\"File\"%%'")
                                    .formatted(from, value, value),
                            JSON_FILE));
        } else {
            database.update(
                    Sql.of(
                            ("INSERT INTO mention SELECT DISTINCT e.name FROM %s"
                                            + " JOIN %s._file_entry e ON e.name = %s::text")
                                    .formatted(from, Sql.name(app.schema()), value)));
        }
    }

    private Unused unused(App app, Duration age, int most) {
        Sql condition =
                Sql.of(" FROM ")
                        .addName(app.schema())
                        .add(
                                "._file_entry e WHERE state = 'stored'"
                                        + " AND created_at < now() - ?::interval"
                                        + " AND NOT EXISTS (SELECT FROM mention"
                                        + " WHERE mention.name = e.name)"
                                        + " AND NOT EXISTS (SELECT FROM mention"
                                        + " WHERE mention.name = substring(e.name from ?))",
                                age.toSeconds() + " s",
                                RANDOM_PART);
        List<String> names =
                database.query(
                        Sql.of("SELECT name").add(condition).add(" ORDER BY name LIMIT ?", most),
                        row -> row.getString(1));
        return database.queryFirst(
                        Sql.of("SELECT count(*), coalesce(sum(length), 0)").add(condition),
                        row -> new Unused(row.getLong(1), row.getLong(2), names))
                .orElseThrow();
    }
}
