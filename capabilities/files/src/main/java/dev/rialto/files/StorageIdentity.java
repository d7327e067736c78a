package dev.rialto.files;

import dev.rialto.kernel.Ids;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Ties a folder of files to its database: both have the same id. Without it, a second server with
/// its own folder would return 404 for files uploaded to the first.
public final class StorageIdentity {
    private static final String FILE = "storage-id";
    private static final int LENGTH = 32;
    private static final int LOOKS = 100;

    /// The id of files that are in the database itself.
    private static final String DATABASE = "database";

    private final Database database;
    private final Path folder;
    private final Ids ids = new Ids();

    private StorageIdentity(Database database, Path folder) {
        this.database = database;
        this.folder = folder;
    }

    /// Requires that a folder has the files of a database. A database without a folder adopts this
    /// one.
    ///
    /// @param adopt the id of the folder that this one replaces, as known to the database
    /// @throws SetupException if the database knows another folder
    /// @throws IOException if the folder can't be read or written
    public static void require(Database database, Path folder, Optional<String> adopt)
            throws IOException {
        new StorageIdentity(database, folder).require(adopt);
    }

    /// Requires that the database has its files itself.
    ///
    /// @param adopt the id of the folder that had them, as known to the database
    /// @throws SetupException if the database knows a folder
    public static void requireDatabase(Database database, Optional<String> adopt) {
        var identity = new StorageIdentity(database, Path.of(""));
        Optional<String> known = identity.known();
        if (known.isEmpty()) {
            identity.remember(DATABASE);
            known = identity.known();
        }
        String id = known.orElseThrow();
        if (id.equals(DATABASE)) {
            return;
        }
        if (!adopt.equals(known)) {
            throw new SetupException(
                    "the files of this database are in a folder with the id "
                            + id
                            + ", but files.storage is database.\nMove them with rialto files move"
                            + " while no server runs, or let files.storage be folder. If they are"
                            + " lost, start once with --set files.adopt="
                            + id);
        }
        identity.replace(id, DATABASE);
    }

    static boolean isInDatabase(Database database) {
        return new StorageIdentity(database, Path.of("")).known().equals(Optional.of(DATABASE));
    }

    /// Says that the files of whatever folder are now in the database.
    static void moveIntoDatabase(Database database) {
        database.update(Sql.of("UPDATE rialto.file_storage SET id = ?", DATABASE));
    }

    private void require(Optional<String> adopt) throws IOException {
        Optional<String> known = known();
        if (known.isEmpty()) {
            remember(makeHere());
            known = known();
        }
        String wanted = known.orElseThrow();
        Optional<String> here = here();
        if (here.equals(known)) {
            return;
        }
        if (wanted.equals(DATABASE) && !adopt.equals(known)) {
            throw new SetupException(
                    "the files of this database are in the database itself: set files.storage to"
                            + " database. If they are lost, start once with --set files.adopt="
                            + DATABASE);
        }
        if (!adopt.equals(known)) {
            throw new SetupException(
                    "the files of this database are in a folder with the id "
                            + wanted
                            + ", and "
                            + folder
                            + (here.isEmpty() ? " has none" : " has the id " + here.get())
                            + ": files uploaded to one server would be missing on the"
                            + " other.\nLet all servers of a database share one folder with"
                            + " files.folder. If the files were moved here, or are lost, start"
                            + " once with --set files.adopt="
                            + wanted);
        }
        adopt(wanted);
    }

    private Optional<String> known() {
        return database.queryFirst(
                Sql.of("SELECT id FROM rialto.file_storage"), row -> row.getString(1));
    }

    /// If several servers start at the same time, the first one decides.
    private void remember(String id) {
        database.update(
                Sql.of(
                        "INSERT INTO rialto.file_storage (id) VALUES (?) ON CONFLICT DO NOTHING",
                        id));
    }

    /// Another id, so that servers that still have the old folder don't start.
    private void adopt(String old) throws IOException {
        String fresh = ids.hex(LENGTH / 2);
        Path draft = folder.resolve(FILE + ".new");
        Files.writeString(draft, fresh);
        Files.move(draft, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        replace(old, fresh);
    }

    private void replace(String old, String id) {
        database.update(Sql.of("UPDATE rialto.file_storage SET id = ? WHERE id = ?", id, old));
    }

    private String makeHere() throws IOException {
        String fresh = ids.hex(LENGTH / 2);
        try {
            Files.write(
                    folder.resolve(FILE),
                    fresh.getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DSYNC);
            return fresh;
        } catch (FileAlreadyExistsException another) {
            return here().orElseThrow(() -> another);
        }
    }

    private Optional<String> here() throws IOException {
        try {
            String text = Files.readString(folder.resolve(FILE)).strip();
            // Another server may be writing it.
            for (int look = 0; text.length() != LENGTH && look < LOOKS; look++) {
                pause();
                text = Files.readString(folder.resolve(FILE)).strip();
            }
            if (text.length() != LENGTH) {
                throw new IOException(folder.resolve(FILE) + " is damaged");
            }
            return Optional.of(text);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }
}
