package dev.rialto.files;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.NewFile;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.spi.ChangeTriggers.Author;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Saves files of clients and of functions, and calls the triggers.
final class FileSaver {
    private static final int MAX_LABEL_LENGTH = 64 << 10;

    private final StoredFiles files;
    private final FilesSettings settings;
    private final Ids ids;
    private final FileTriggers triggers;
    private final PerApp<SharingSettings> sharing;

    FileSaver(
            StoredFiles files,
            FilesSettings settings,
            PerApp<SharingSettings> sharing,
            Ids ids,
            FileTriggers triggers) {
        this.files = files;
        this.settings = settings;
        this.ids = ids;
        this.triggers = triggers;
        this.sharing = sharing;
    }

    /// The content of a file.
    ///
    /// @param length as far as it is known before the stream is read
    record Content(InputStream stream, OptionalLong length) {
        static Content of(byte[] bytes) {
            return new Content(new ByteArrayInputStream(bytes), OptionalLong.of(bytes.length));
        }
    }

    /// How a file is saved.
    ///
    /// @param maxSize in bytes
    /// @param alongside what is done in the transaction that lets the file appear; gets it under
    ///   the name that it can be read by
    record Terms(long maxSize, Consumer<NewFile> alongside) {}

    /// Saves a file, unless a trigger returns a URL for it.
    ///
    /// @param directory to save it in, or empty
    /// @return it under the name that it can be read by
    /// @throws RialtoException if the name, the label, the size or a trigger rejects it
    NewFile save(Author author, NewFile offered, String directory, Content content) {
        var usual = new Terms(settings.maxSize(), _ -> {});
        return save(author, offered, directory, content, usual);
    }

    /// Rejects a file that is too large for what the app's others leave.
    ///
    /// @throws RialtoException EXCEEDED_QUOTA
    void requireQuota(App app, long length) {
        files.requireQuota(app, length);
    }

    /// Saves a file in the same way, on other terms.
    NewFile save(Author author, NewFile offered, String directory, Content content, Terms terms) {
        UploadStream.requireRoom(content.length(), terms.maxSize());
        requireQuota(author.app(), content.length().orElse(0));
        NewFile file = triggers.beforeSaving(author, offered, content.length());
        if (file.elsewhere().isPresent()) {
            terms.alongside().accept(file);
            triggers.afterSaving(author, file, OptionalLong.empty());
            return file;
        }
        Content meant =
                file.replacement().orElse(null) instanceof NewFile.Content.Bytes(byte[] bytes)
                        ? Content.of(bytes)
                        : content;
        var name = new FileName(file.name());
        ContentType type = ContentType.of(name, file.contentType());
        var label =
                new FileLabel(
                        type.wire(),
                        checked("metadata", file.metadata()),
                        checked("tags", file.tags()));
        NewFile stored = file.named(complete(name, type).stored(ids, directory));
        FileInfo facts =
                put(
                        meant,
                        terms.maxSize(),
                        stream ->
                                files.put(
                                        author.app(),
                                        stored.name(),
                                        stream,
                                        label,
                                        FileAccess.of(author.caller(), file.acl()),
                                        () -> terms.alongside().accept(stored)));
        triggers.afterSaving(author, stored, OptionalLong.of(facts.length()));
        return stored;
    }

    private static FileName complete(FileName name, ContentType type) {
        boolean hasDot = name.text().indexOf('.') >= 0;
        return hasDot || !type.isTelling()
                ? name
                : new FileName(name.text() + "." + type.extension());
    }

    /// The ACL of a file whose uploader doesn't want another one. In an app whose files are private
    /// nobody but the master key reads what no user has uploaded.
    Optional<ObjectNode> usualAcl(Author author) {
        return sharing.of(author.app()).isPrivate()
                ? Optional.of(
                        FileAccess.userId(author.caller())
                                .map(FileAccess::only)
                                .orElseGet(Json::object))
                : Optional.empty();
    }

    private interface Storing {
        FileInfo from(InputStream content) throws IOException;
    }

    private static FileInfo put(Content content, long maxSize, Storing storing) {
        try (var upload = new UploadStream(content.stream(), maxSize, content.length());
                var stream = new PushbackInputStream(upload)) {
            int first = stream.read();
            if (first < 0) {
                throw new RialtoException(ErrorCode.FILE_SAVE_ERROR, "Invalid file upload.");
            }
            stream.unread(first);
            return storing.from(stream);
        } catch (StorageFullException full) {
            throw noRoom(full);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What a client is told of a full storage.
    static RialtoException noRoom(StorageFullException full) {
        return new RialtoException(
                ErrorCode.STORAGE_FULL, "The server has no room for this file.", full);
    }

    /// Checks metadata or tags.
    ///
    /// @return them
    /// @throws RialtoException OBJECT_TOO_LARGE or INVALID_KEY_NAME
    static ObjectNode checked(String key, ObjectNode object) {
        if (Json.write(object).length() > MAX_LABEL_LENGTH) {
            throw new RialtoException(
                    ErrorCode.OBJECT_TOO_LARGE,
                    "fileData." + key + " is larger than " + MAX_LABEL_LENGTH + " characters");
        }
        ProhibitedKeys.requireNone(object);
        return object;
    }
}
