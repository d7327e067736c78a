package dev.rialto.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// A place for backups: objects by key, each of which appears complete or not at all. Keys are
/// paths with slashes; see [StoredObject#requireKey].
public interface BackupTarget extends AutoCloseable {
    /// What is shown to people; it holds no secrets.
    String name();

    /// Begins an object. It appears, in place of any older one with its key, by [Upload#commit].
    Upload create(String key) throws IOException;

    /// Reads an object.
    ///
    /// @throws java.nio.file.NoSuchFileException when there is none
    InputStream open(String key) throws IOException;

    /// The keys that begin with a prefix, in no particular order.
    List<String> list(String prefix) throws IOException;

    /// Deletes an object; one that is not there is fine.
    void delete(String key) throws IOException;

    /// Makes sure that what was committed survives a power cut.
    void sync() throws IOException;

    @Override
    void close();

    /// An object that is being written.
    interface Upload extends AutoCloseable {
        OutputStream stream();

        /// Makes the object visible; see [#sync]. The stream has been flushed.
        void commit() throws IOException;

        /// Discards what was not committed.
        @Override
        void close() throws IOException;
    }
}
