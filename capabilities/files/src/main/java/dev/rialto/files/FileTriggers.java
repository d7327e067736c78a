package dev.rialto.files;

import dev.rialto.files.spi.NewFile;
import dev.rialto.http.Answer;
import dev.rialto.kernel.App;
import dev.rialto.spi.ChangeTriggers.Author;
import java.util.OptionalLong;

/// Code that runs before and after a file is stored, read or deleted. It is called only for
/// requests that are permitted; what it throws before a change refuses it.
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
    /// @return what is to be stored
    NewFile beforeSaving(Author author, NewFile file, OptionalLong length);

    /// What it throws is told to the uploader, although the file is stored.
    ///
    /// @param file with the name that it is read by
    /// @param length of what was stored, in bytes; empty for a file that is stored elsewhere
    void afterSaving(Author author, NewFile file, OptionalLong length);

    void beforeDeleting(Author author, String name);

    void afterDeleting(Author author, String name);

    /// Whether it is asked when files of an app are read.
    default boolean watchesReads(App app) {
        return false;
    }

    /// Asked before a file, or what is said of it, is read.
    ///
    /// @param name as it is stored
    /// @return the name of the file that is to be read
    default String beforeFind(Author author, String name) {
        return name;
    }

    /// Asked before a file that was found is sent.
    ///
    /// @return the answer as it is to be sent
    default Answer afterFind(Author author, String name, Answer answer) {
        return answer;
    }
}
