package dev.rialto.files.spi;

import dev.rialto.kernel.App;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Stores files, separately for each app. A file exists completely, with its [FileInfo], or not at
/// all: an interrupted [#put], even by the death of the process, leaves nothing readable.
/// Thread-safe.
///
/// Names consist of `A-Z a-z 0-9 @ . ~ _ - / space`, at most 255 characters; a name is put once.
public interface FileStorage extends AutoCloseable {
    /// Stores a file, and returns once it would survive a crash of the machine.
    ///
    /// @param content read to its end, not closed; if reading fails, nothing is stored
    /// @throws StorageFullException if there is no room
    FileInfo put(App app, String name, InputStream content, FileLabel label) throws IOException;

    /// The properties of a file; empty if it does not exist.
    Optional<FileInfo> stat(App app, String name) throws IOException;

    /// The content from a position to its end.
    ///
    /// @param from in bytes, at most the file's length
    /// @throws java.nio.file.NoSuchFileException if there is no such file
    InputStream open(App app, String name, long from) throws IOException;

    /// Removes a file.
    ///
    /// @return whether it existed
    boolean delete(App app, String name) throws IOException;

    /// Removes all files of an app.
    void deleteAll(App app) throws IOException;

    /// Removes what uploads that died left behind of an app. Called from time to time, by any node.
    default void tidy(App app) {}

    @Override
    default void close() throws IOException {}
}
