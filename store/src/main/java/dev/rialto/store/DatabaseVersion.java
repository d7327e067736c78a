package dev.rialto.store;

import dev.rialto.kernel.SetupException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The rule which programs may use one database: the newest that has upgraded it, and those that it
/// says may run beside it. The database keeps both, so that it holds wherever a program runs.
///
/// Connections carry the version of their program in their name. One that is too old to run beside
/// a newer program is found by that before the upgrade begins.
final class DatabaseVersion {
    /// What [Database] calls the connections of a program; its version follows.
    static final String CONNECTION = "rialto ";

    private final Database database;
    private final Program program;

    DatabaseVersion(Database database, Program program) {
        this.database = database;
        this.program = program;
    }

    /// What a database says.
    record Stored(String newest, String oldest) {}

    /// A program that is connected.
    private record Connected(String version, String address) {}

    /// Notes that this program uses the database from now on.
    ///
    /// @return what it said before; empty if it said nothing
    /// @throws SetupException if this program is too old, or another one that is too old runs
    Optional<Stored> claim() {
        if (!exists()) {
            return Optional.empty();
        }
        return database.inTransaction(() -> {
            // An older program that starts at the same time sees the new row, or is seen here.
            database.update(Sql.of("lock table rialto.program_version in access exclusive mode"));
            Optional<Stored> stored = read();
            stored.ifPresent(this::requireAllowed);
            if (stored.isEmpty() || !program.isOlderThan(stored.get().newest())) {
                requireAlone();
                write();
            }
            return stored;
        });
    }

    /// Notes it in a database that was created just now.
    void note() {
        if (read().isEmpty()) {
            write();
        }
    }

    private boolean exists() {
        return database.queryFirst(
                        Sql.of("select to_regclass('rialto.program_version') is not null"),
                        row -> row.getBoolean(1))
                .orElse(false);
    }

    private Optional<Stored> read() {
        return database.queryFirst(
                Sql.of("select newest, oldest from rialto.program_version"),
                row -> new Stored(row.getString(1), row.getString(2)));
    }

    private void requireAllowed(Stored stored) {
        if (program.isOlderThan(stored.oldest())) {
            throw new SetupException(
                    "this database was upgraded by Rialto "
                            + stored.newest()
                            + ", beside which only "
                            + stored.oldest()
                            + " and newer may run; this is "
                            + program.version()
                            + ": use a newer Rialto, or restore a backup that was made before the"
                            + " upgrade");
        }
    }

    private void requireAlone() {
        List<Connected> tooOld =
                connected().stream()
                        .filter(each -> each.version().matches("\\d[\\d.]*"))
                        .filter(each ->
                                DataVersion.compare(each.version(), program.oldestBeside()) < 0)
                        .toList();
        if (!tooOld.isEmpty()) {
            throw new SetupException(
                    "this is Rialto "
                            + program.version()
                            + ", which may not run beside "
                            + tooOld.stream()
                                    .map(each -> each.version() + " (at " + each.address() + ")")
                                    .distinct()
                                    .collect(Collectors.joining(", "))
                            + " on one database: stop that first, or upgrade all nodes to "
                            + program.oldestBeside()
                            + " before");
        }
    }

    private List<Connected> connected() {
        return database.query(
                Sql.of(
                        "select application_name, coalesce(host(client_addr), 'this machine')"
                                + " from pg_stat_activity where datname = current_database()"
                                + " and starts_with(application_name, ?)",
                        CONNECTION),
                row ->
                        new Connected(
                                row.getString(1).substring(CONNECTION.length()), row.getString(2)));
    }

    private void write() {
        database.update(
                Sql.of(
                        "insert into rialto.program_version (newest, oldest) values (?, ?)"
                                + " on conflict (only_row) do update"
                                + " set newest = excluded.newest, oldest = excluded.oldest",
                        program.version(),
                        program.oldestBeside()));
    }
}
