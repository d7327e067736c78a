package dev.rialto.files;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// Where uploaded files are.
///
/// @param folder their folder, if they are in one
/// @param adopt the id of the place that this one replaces
/// @param disk the folder of the database, if that is on this machine
public record FilesPlace(Kind kind, Path folder, Optional<String> adopt, Optional<Path> disk) {
    /// What has the files.
    public enum Kind {
        FOLDER,
        DATABASE
    }

    /// @param data the data folder
    /// @param ownDatabase whether the database is in the data folder
    public static FilesPlace read(Settings in, Path data, boolean ownDatabase) {
        Kind kind = in.choice("files.storage", Kind.class, Kind.FOLDER);
        return new FilesPlace(
                kind,
                in.path("files.folder", data.resolve("files")),
                in.text("files.adopt"),
                ownDatabase ? Optional.of(data) : Optional.empty());
    }

    /// Opens it, if it has the files of this database.
    ///
    /// @param keepFree bytes of the disk that files leave free
    /// @throws SetupException if they are elsewhere, or the folder can't be used
    public FileStorage open(Database database, long keepFree) {
        try {
            return switch (kind) {
                case DATABASE -> {
                    StorageIdentity.requireDatabase(database, adopt);
                    yield new DatabaseStorage(database, disk, keepFree, Clock.systemUTC());
                }
                case FOLDER -> {
                    Path real = Files.createDirectories(folder).toRealPath();
                    StorageIdentity.require(database, real, adopt);
                    yield FolderStorage.open(real, keepFree, Clock.systemUTC());
                }
            };
        } catch (IOException failure) {
            throw new SetupException(
                    "can't store files in " + folder + ": " + failure.getMessage(), failure);
        }
    }
}
