package dev.rialto.files;

import dev.rialto.files.spi.NewFile;
import dev.rialto.http.Answer;
import dev.rialto.kernel.App;
import dev.rialto.spi.ChangeTriggers.Author;
import java.util.OptionalLong;

/// Code that runs before and after a file is stored, read or deleted. It is called only for
/// permitted requests; an exception before a change rejects it.
public interface FileTriggers {
    FileTriggers NONE =
            new FileTriggers() {
                @Override
                public NewFile beforeSaving(Author author, NewFile file, OptionalLong length) {
                    return file;
                }

                @Override
                public void afterSaving(Author author, NewFile file, OptionalLong length) {}

                @Override
                public void beforeDeleting(Author author, String name) {}

                @Override
                public void afterDeleting(Author author, String name) {}
            };

    /// @param length of the content in bytes, if it is known before it is read
    /// @return the file to store
    NewFile beforeSaving(Author author, NewFile file, OptionalLong length);

    /// Its exception is returned to the uploader, although the file is stored.
    ///
    /// @param file with the name that it is read by
    /// @param length of what was stored, in bytes; empty for a file that is stored elsewhere
    void afterSaving(Author author, NewFile file, OptionalLong length);

    void beforeDeleting(Author author, String name);

    void afterDeleting(Author author, String name);

    /// Whether it is called when files of an app are read.
    default boolean watchesReads(App app) {
        return false;
    }

    /// Is called before a file or its metadata is read.
    ///
    /// @param name as it is stored
    /// @return the name of the file to read
    default String beforeFind(Author author, String name) {
        return name;
    }

    /// Is called before a file that was found is sent.
    ///
    /// @return the response to send
    default Answer afterFind(Author author, String name, Answer answer) {
        return answer;
    }
}
