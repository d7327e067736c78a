package dev.rialto.files;

import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.files.spi.NewFile;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers.Author;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.OptionalLong;

/// Files as other capabilities use them: whole, and in memory.
public final class FileShelf {
    private final FileStorage storage;
    private final FilesSettings settings;
    private final Ids ids;
    private final FileTriggers triggers;

    public FileShelf(FileStorage storage, FilesSettings settings, Ids ids, FileTriggers triggers) {
        this.storage = storage;
        this.settings = settings;
        this.ids = ids;
        this.triggers = triggers;
    }

    /// Stores a file.
    ///
    /// @return it under the name that it can be read by
    /// @throws RialtoException when the name, the type or the size is refused
    public NewFile save(App app, String name, String contentType, byte[] content) {
        requireRoom(content);
        var named = new FileName(name);
        Author author = Author.server(app);
        NewFile wanted =
                triggers.beforeSaving(
                        author,
                        new NewFile(
                                named.text(),
                                Optional.of(contentType),
                                Json.object(),
                                Json.object(),
                                Optional.empty()),
                        OptionalLong.of(content.length));
        if (wanted.elsewhere().isPresent()) {
            triggers.afterSaving(author, wanted, OptionalLong.empty());
            return wanted;
        }
        byte[] meant =
                wanted.replacement().orElse(null) instanceof NewFile.Content.Bytes(byte[] bytes)
                        ? bytes
                        : content;
        requireRoom(meant);
        NewFile stored = put(app, wanted, meant);
        triggers.afterSaving(author, stored, OptionalLong.of(meant.length));
        return stored;
    }

    private void requireRoom(byte[] content) {
        if (content.length > settings.maxSize()) {
            throw new RialtoException(
                    ErrorCode.FILE_TOO_LARGE,
                    "a file must have at most " + settings.maxSize() + " bytes");
        }
    }

    private NewFile put(App app, NewFile file, byte[] content) {
        var name = new FileName(file.name());
        ContentType type = ContentType.of(name, file.contentType());
        String stored = name.stored(ids, "");
        var label = new FileLabel(type.wire(), file.metadata(), file.tags());
        try {
            storage.put(app, stored, new ByteArrayInputStream(content), label);
        } catch (StorageFullException full) {
            throw new RialtoException(
                    ErrorCode.STORAGE_FULL, "The server has no room for this file.", full);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return file.named(stored);
    }

    /// The content of a file.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND when there is none
    public byte[] read(App app, String name) {
        if (!FileName.isStorable(name)) {
            throw notFound(name);
        }
        try (InputStream content = storage.open(app, name, 0)) {
            return content.readAllBytes();
        } catch (NoSuchFileException _) {
            throw notFound(name);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Removes a file; one that is not there is fine.
    public void delete(App app, String name) {
        if (!FileName.isStorable(name)) {
            return;
        }
        Author author = Author.server(app);
        triggers.beforeDeleting(author, name);
        try {
            storage.delete(app, name);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        triggers.afterDeleting(author, name);
    }

    private static RialtoException notFound(String name) {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "there is no file " + name);
    }
}
