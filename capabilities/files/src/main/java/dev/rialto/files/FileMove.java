package dev.rialto.files;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// Moves the files of a database out of their folder into the database itself. One that was
/// interrupted goes on where it stopped. The folder stays as it is.
public final class FileMove {
    private final FolderStorage folder;
    private final DatabaseStorage database;
    private long files;
    private long bytes;

    private FileMove(FolderStorage folder, DatabaseStorage database) {
        this.folder = folder;
        this.database = database;
    }

    /// What was copied.
    public record Report(long files, long bytes) {}

    /// Copies all files, and then lets the database know that it has them.
    ///
    /// @param apps whose tables are up to date
    /// @throws SetupException when the files are elsewhere, or one is damaged
    public static Report intoDatabase(Database database, FilesPlace place, List<App> apps) {
        try {
            if (StorageIdentity.isInDatabase(database)) {
                throw new SetupException("the files are in the database already");
            }
            Path path = Files.createDirectories(place.folder()).toRealPath();
            StorageIdentity.require(database, path, Optional.empty());
            var clock = Clock.systemUTC();
            var there = new DatabaseStorage(database, place.disk(), 0, clock);
            try (var here = FolderStorage.open(path, 0, clock)) {
                var move = new FileMove(here, there);
                for (App app : apps) {
                    move.copy(app);
                }
                StorageIdentity.moveIntoDatabase(database);
                return new Report(move.files, move.bytes);
            }
        } catch (IOException failure) {
            throw new SetupException(
                    "the files in "
                            + place.folder()
                            + " could not be moved: "
                            + failure.getMessage()
                            + ". They are still used from there; try again",
                    failure);
        }
    }

    private void copy(App app) throws IOException {
        for (FolderStorage.Entry entry : folder.entries(app)) {
            if (database.find(app, entry.key()).isEmpty()) {
                copy(app, entry);
            }
        }
    }

    private void copy(App app, FolderStorage.Entry entry) throws IOException {
        var wanted = entry.info();
        try (InputStream content = entry.open()) {
            var copied =
                    database.put(app, entry.key(), content, wanted.label(), wanted.createdAt());
            if (!copied.digest().equals(wanted.digest())) {
                database.remove(app, entry.key());
                throw new IOException("file " + entry.key() + " of " + app.id() + " is damaged");
            }
            files++;
            bytes += copied.length();
        }
    }
}
