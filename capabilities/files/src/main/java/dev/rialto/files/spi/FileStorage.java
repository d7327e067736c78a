package dev.rialto.files.spi;

import dev.rialto.kernel.App;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// A place that keeps files, each app's apart from the others'. A file is there as a whole, with
/// its [FileFacts], or not at all: whatever interrupts a [#put], also the death of the process,
/// leaves nothing that can be read. Safe for use by many threads.
///
/// Names are made of `A-Z a-z 0-9 @ . ~ _ - / space`, at most 255 characters; a name is put once.
public interface FileStorage {
    /// Stores a file, and returns when it would survive a crash of the machine.
    ///
    /// @param content read to its end, not closed; if reading fails, nothing is stored
    /// @throws StorageFullException when there is no room
    FileFacts put(App app, String name, InputStream content, FileLabel label) throws IOException;

    /// What is known about a file; empty when there is none.
    Optional<FileFacts> stat(App app, String name) throws IOException;

    /// The content from a position to its end.
    ///
    /// @param from in bytes, at most the file's length
    /// @throws java.nio.file.NoSuchFileException when there is no such file
    InputStream open(App app, String name, long from) throws IOException;

    /// Removes a file.
    ///
    /// @return whether there was one
    boolean delete(App app, String name) throws IOException;

    /// Removes all files of an app.
    void deleteAll(App app) throws IOException;
}
