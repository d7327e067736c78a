package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Path;

/// A process that imports a file and says after each chunk how many rows are done, for the test
/// that kills it.
final class KilledImport {
    private KilledImport() {}

    public static void main(String[] arguments) throws IOException {
        var settings = DatabaseSettings.of(arguments[0]).withLogin(arguments[1], arguments[2]);
        var app = new App(arguments[3], arguments[4]);
        try (Database database = Database.open(settings)) {
            new TransferFixture(database)
                    .importer()
                    .run(
                            ImportRequest.of(
                                    app, "Row", Path.of(arguments[5]), FileFormat.JSON_LINES),
                            (phase, _, rows, _) -> {
                                System.out.println(phase + " " + rows);
                                System.out.flush();
                            });
        }
    }
}
