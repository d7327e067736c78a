package dev.rialto.server;

import dev.rialto.files.FileMove;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.List;

/// Moves files from their folder into the database while no server runs, for a command.
public final class FilesMove {
    private FilesMove() {}

    /// @throws SetupException when a server runs, or the files can't be moved
    public static FileMove.Report intoDatabase(ServerSettings settings) {
        try (Storage storage = Storage.own(settings)) {
            requireNoServer(storage.database());
            List<App> apps = storage.apps().list();
            apps.forEach(app -> storage.migrations().migrateApp(app.schema()));
            return FileMove.intoDatabase(storage.database(), settings.files(), apps);
        }
    }

    private static void requireNoServer(Database database) {
        long servers =
                database.queryFirst(
                                Sql.of(
                                        "SELECT count(*) FROM pg_stat_activity"
                                                + " WHERE application_name = 'rialto invalidations'"
                                                + " AND datname = current_database()"),
                                row -> row.getLong(1))
                        .orElseThrow();
        if (servers > 0) {
            throw new SetupException(
                    servers
                            + " servers run on this database, and would still store files in the"
                            + " folder: stop them first");
        }
    }
}
