package dev.rialto.files;

import dev.rialto.files.spi.ContentCheck;
import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The files of all apps: their content in a storage, and what is known of them in the register.
public final class StoredFiles {
    private static final Logger LOG = Logger.getLogger(StoredFiles.class.getName());

    /// No upload takes longer.
    private static final Duration ABANDONED = Duration.ofDays(1);

    /// A deletion that did not succeed at once is tried again.
    private static final Duration RETRY_DELETION = Duration.ofMinutes(5);

    private final FileStorage storage;
    private final FileRegister register;
    private final OptionalLong quota;
    private final Supplier<Optional<ContentCheck>> check;

    /// Without a quota and a check of contents.
    public StoredFiles(FileStorage storage, Database database) {
        this(storage, database, OptionalLong.empty(), Optional::empty);
    }

    /// @param quota what the files of an app may take up together, in bytes
    /// @param check of what is uploaded
    StoredFiles(
            FileStorage storage,
            Database database,
            OptionalLong quota,
            Supplier<Optional<ContentCheck>> check) {
        this.storage = storage;
        this.register = new FileRegister(database);
        this.quota = quota;
        this.check = check;
    }

    FileRegister register() {
        return register;
    }

    /// Stores a file.
    ///
    /// @param content read to its end, not closed; if reading fails, nothing is stored
    /// @throws dev.rialto.files.spi.StorageFullException if there is no room
    /// @throws RialtoException EXCEEDED_QUOTA; FILE_SAVE_ERROR if the check of contents rejects it
    FileInfo put(App app, String name, InputStream content, FileLabel label, FileAccess access)
            throws IOException {
        return put(app, name, content, label, access, () -> {});
    }

    /// Stores a file in the same way.
    ///
    /// @param alongside what is done in the transaction that lets the file appear
    FileInfo put(
            App app,
            String name,
            InputStream content,
            FileLabel label,
            FileAccess access,
            Runnable alongside)
            throws IOException {
        register.begin(app, name, access);
        boolean isStored = false;
        boolean isComplete = false;
        try {
            FileInfo info;
            try (var checked = new CheckedStream(content, check.get(), name)) {
                info = storage.put(app, name, checked, label);
                isStored = true;
                register.ifRolledBack(() -> deleteQuietly(app, name));
                checked.requireHarmless();
            }
            register.together(() -> {
                if (!register.complete(app, name, info, quota.orElse(Long.MAX_VALUE))) {
                    throw overQuota();
                }
                alongside.run();
            });
            isComplete = true;
            return info;
        } finally {
            if (!isComplete) {
                undo(app, name, isStored);
            }
        }
    }

    /// Rejects a file that is too large for what the app's others leave.
    ///
    /// @throws RialtoException EXCEEDED_QUOTA
    void requireQuota(App app, long length) {
        if (quota.isPresent() && register.usage(app).bytes() > quota.getAsLong() - length) {
            throw overQuota();
        }
    }

    private RialtoException overQuota() {
        return new RialtoException(
                ErrorCode.EXCEEDED_QUOTA,
                "The files of this app may take up "
                        + quota.orElseThrow()
                        + " bytes together, and this one would exceed that.");
    }

    /// What can't be undone now is tried again by [#tidy].
    private void undo(App app, String name, boolean isStored) {
        try {
            if (isStored) {
                storage.delete(app, name);
            }
            register.remove(app, name);
        } catch (IOException | RuntimeException later) {
            LOG.log(Level.WARNING, "the content of a file is removed later", later);
        }
    }

    private void deleteQuietly(App app, String name) {
        try {
            storage.delete(app, name);
        } catch (IOException | RuntimeException failure) {
            LOG.log(Level.WARNING, "a file of a transaction that was rolled back stays", failure);
        }
    }

    /// A file; empty if there is none of this name.
    Optional<StoredFile> find(App app, String name) throws IOException {
        if (!FileName.isStorable(name)) {
            return Optional.empty();
        }
        return switch (register.find(app, name)) {
            case FileRegister.Entry.Stored(StoredFile file) -> Optional.of(file);
            case FileRegister.Entry.Unfinished _ -> Optional.empty();
            case FileRegister.Entry.None _ ->
                    storage.stat(app, name)
                            .map(info -> new StoredFile(name, info, FileAccess.OPEN));
        };
    }

    /// The content of a file from a position to its end.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is no such file
    InputStream open(App app, String name, long from) throws IOException {
        return storage.open(app, name, from);
    }

    /// Deletes a file. From then on it can't be read, even if its storage can't be reached: its
    /// content is then removed later.
    ///
    /// @return whether there was one
    boolean delete(App app, String name) throws IOException {
        if (!FileName.isStorable(name)) {
            return false;
        }
        if (register.beginDeleting(app, name)) {
            undo(app, name, true);
            return true;
        }
        return register.find(app, name) instanceof FileRegister.Entry.None
                && storage.delete(app, name);
    }

    /// Removes what uploads and deletions left behind that were broken off. Called from time to
    /// time, by any node.
    void tidy(App app) {
        register.abandoned(app, ABANDONED, RETRY_DELETION).forEach(name -> undo(app, name, true));
        storage.tidy(app);
    }
}
