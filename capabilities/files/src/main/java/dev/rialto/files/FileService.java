package dev.rialto.files;

import dev.rialto.files.spi.NewFile;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers.Author;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// Stores, reads and deletes files for other capabilities, whole and in memory.
public final class FileService {
    private final StoredFiles files;
    private final FileSaver saver;
    private final FileTriggers triggers;

    FileService(StoredFiles files, FileSaver saver, FileTriggers triggers) {
        this.files = files;
        this.saver = saver;
        this.triggers = triggers;
    }

    /// Stores a file.
    ///
    /// @return it under the name that it can be read by
    /// @throws RialtoException when the name, the type or the size is refused
    public NewFile save(App app, String name, String contentType, byte[] content) {
        Author author = Author.server(app);
        var offered =
                new NewFile(
                        new FileName(name).text(),
                        Optional.of(contentType),
                        Json.object(),
                        Json.object(),
                        saver.usualAcl(author),
                        Optional.empty());
        return saver.save(author, offered, "", FileSaver.Content.of(content));
    }

    /// The content of a file.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND when there is none
    public byte[] read(App app, String name) {
        try {
            if (files.find(app, name).isEmpty()) {
                throw notFound(name);
            }
            try (InputStream content = files.open(app, name, 0)) {
                return content.readAllBytes();
            }
        } catch (NoSuchFileException _) {
            throw notFound(name);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Deletes a file, if it exists.
    public void delete(App app, String name) {
        if (!FileName.isStorable(name)) {
            return;
        }
        Author author = Author.server(app);
        triggers.beforeDeleting(author, name);
        try {
            files.delete(app, name);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        triggers.afterDeleting(author, name);
    }

    private static RialtoException notFound(String name) {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "there is no file " + name);
    }
}
