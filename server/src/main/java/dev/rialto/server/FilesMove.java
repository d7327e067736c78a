package dev.rialto.server;

import dev.rialto.files.FileMove;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DatabaseSettings;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/// Moves files from their folder into the database while no server runs, for a command.
public final class FilesMove {
    private FilesMove() {}

    /// @throws SetupException when a server runs, or the files can't be moved
    public static FileMove.Report intoDatabase(ServerSettings settings) {
        // Before the data is upgraded; the embedded PostgreSQL is one server's alone anyway.
        settings.database()
                .address()
                .map(each -> settings.database().at(each.jdbcUrl(), each.user(), each.password()))
                .ifPresent(FilesMove::requireNoServer);
        try (Storage storage = Storage.own(settings)) {
            List<App> apps = storage.apps().list();
            apps.forEach(app -> storage.migrations().migrateApp(app.schema()));
            return FileMove.intoDatabase(storage.database(), settings.files(), apps);
        }
    }

    private static void requireNoServer(DatabaseSettings database) {
        long servers = servers(database);
        if (servers > 0) {
            throw new SetupException(
                    (servers == 1 ? "a server runs" : servers + " servers run")
                            + " on this database and would still store files in the folder: stop "
                            + (servers == 1 ? "it" : "them")
                            + " first");
        }
    }

    private static long servers(DatabaseSettings database) {
        var properties = new Properties();
        database.user().ifPresent(user -> properties.put("user", user));
        database.password().ifPresent(password -> properties.put("password", password));
        try (var connection = DriverManager.getConnection(database.url(), properties);
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_stat_activity"
                                        + " WHERE application_name = 'rialto invalidations'"
                                        + " AND datname = current_database()")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failure) {
            throw new SetupException(
                    "can't find out whether servers run on the database: " + failure.getMessage(),
                    failure);
        }
    }
}
