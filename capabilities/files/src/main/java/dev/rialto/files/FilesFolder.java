package dev.rialto.files;

import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/// The folder of uploaded files.
///
/// @param adopt the id of the folder that this one replaces
public record FilesFolder(Path path, Optional<String> adopt) {
    /// @param data the data folder
    public static FilesFolder read(Settings in, Path data) {
        return new FilesFolder(
                in.path("files.folder", data.resolve("files")), in.text("files.adopt"));
    }

    /// Opens it, if it contains the files of this database.
    ///
    /// @param keepFree bytes of the disk that files leave free
    /// @throws SetupException if another folder has them, or this one can't be used
    public FolderStorage open(Database database, long keepFree) {
        try {
            Path folder = Files.createDirectories(path).toRealPath();
            StorageIdentity.require(database, folder, adopt);
            return FolderStorage.open(folder, keepFree, Clock.systemUTC());
        } catch (IOException failure) {
            throw new SetupException(
                    "can't store files in " + path + ": " + failure.getMessage(), failure);
        }
    }
}
