package dev.rialto.backup;

import dev.rialto.kernel.Folders;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.Database;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.EmbeddedPostgreSql;
import dev.rialto.store.Sql;
import dev.rialto.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Checks the database of a data folder that no server uses: every page of every table, and that
/// every index leads to every row, as PostgreSQL's own amcheck does it.
public final class Verification {
    private static final int MAX_PROBLEMS = 20;

    private final Database database;
    private final List<String> problems = new ArrayList<>();

    private Verification(Database database) {
        this.database = database;
    }

    /// What was found.
    ///
    /// @param rows how many rows the tables of apps have
    /// @param problems what is wrong; empty is good
    public record Report(int tables, int indexes, long rows, List<String> problems) {
        public Report {
            problems = List.copyOf(problems);
        }
    }

    /// A table or index, named so that it can be used in a query.
    private record Relation(long oid, String name, String kind) {}

    /// Checks a data folder.
    public static Report of(Path data) {
        try (DataFolder folder =
                        DataFolder.claim(data)
                                .orElseThrow(() -> new SetupException(data + " is in use"));
                EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(folder);
                Database database = Database.open(patient(postgres.settings()))) {
            return new Verification(database).run();
        }
    }

    /// Does something with a folder that is deleted afterwards.
    ///
    /// @param parent where it is made; empty for the system's place for temporary files
    public static Report inTemporaryFolder(Optional<Path> parent, Function<Path, Report> work) {
        try {
            Path home =
                    parent.isPresent()
                            ? Files.createTempDirectory(parent.get(), "rialto-verify")
                            : Files.createTempDirectory("rialto-verify");
            try {
                return work.apply(home.resolve("data"));
            } finally {
                Folders.delete(home);
            }
        } catch (IOException failure) {
            throw new SetupException(
                    "can't use a temporary folder: " + failure.getMessage(), failure);
        }
    }

    private static DatabaseSettings patient(DatabaseSettings settings) {
        return new DatabaseSettings(
                settings.url(),
                settings.user(),
                settings.password(),
                2,
                settings.connectionTimeout(),
                Duration.ofHours(12));
    }

    private Report run() {
        boolean had =
                database.queryFirst(
                                Sql.of("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"),
                                row -> row.getInt(1))
                        .isPresent();
        database.update(Sql.of("CREATE EXTENSION IF NOT EXISTS amcheck"));
        try {
            List<Relation> tables = relations("c.relkind IN ('r', 't', 'm')");
            List<Relation> indexes =
                    relations("c.relkind = 'i' AND a.amname = 'btree' AND i.indisvalid");
            tables.forEach(this::checkTable);
            indexes.forEach(this::checkIndex);
            long rows =
                    tables.stream()
                            .filter(each -> each.kind().equals("r"))
                            .mapToLong(this::count)
                            .sum();
            return new Report(tables.size(), indexes.size(), rows, problems);
        } finally {
            if (!had) {
                database.update(Sql.of("DROP EXTENSION amcheck"));
            }
        }
    }

    private List<Relation> relations(String kind) {
        return database.query(
                Sql.of(
                        "SELECT c.oid::bigint, c.oid::regclass::text, c.relkind::text FROM pg_class c"
                                + " LEFT JOIN pg_index i ON i.indexrelid = c.oid"
                                + " LEFT JOIN pg_am a ON a.oid = c.relam"
                                + " WHERE c.relpersistence = 'p' AND "
                                + kind
                                + " ORDER BY c.oid"),
                row -> new Relation(row.getLong(1), row.getString(2), row.getString(3)));
    }

    private void checkTable(Relation table) {
        database.query(
                        Sql.of(
                                "SELECT blkno, msg FROM verify_heapam(?::oid::regclass) LIMIT 1",
                                table.oid()),
                        row -> "block " + row.getLong(1) + ": " + row.getString(2))
                .forEach(each -> problem(table, each));
    }

    private void checkIndex(Relation index) {
        try {
            database.query(
                    Sql.of("SELECT bt_index_check(?::oid::regclass, true)", index.oid()), _ -> "");
        } catch (StoreException damaged) {
            problem(index, String.valueOf(damaged.getMessage()));
        }
    }

    private long count(Relation table) {
        try {
            return database.queryFirst(
                            Sql.of("SELECT count(*) FROM " + table.name()), row -> row.getLong(1))
                    .orElse(0L);
        } catch (StoreException damaged) {
            problem(table, String.valueOf(damaged.getMessage()));
            return 0;
        }
    }

    private void problem(Relation relation, String text) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(relation.name() + ": " + text);
        }
    }
}
