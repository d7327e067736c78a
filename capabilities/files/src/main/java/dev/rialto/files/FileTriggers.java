package dev.rialto.files;

import dev.rialto.objects.spi.ChangeTriggers.Author;
import java.util.OptionalLong;

/// Code that runs before and after a file is stored or deleted. It is called only for requests that
/// are permitted; what it throws before a change refuses it, with FILE_SAVE_ERROR or
/// FILE_DELETE_ERROR unless it has a code of its own.
public interface FileTriggers {
    FileTriggers NONE =
            new FileTriggers() {
                @Override
                public void beforeSaving(Author author, String name, OptionalLong length) {}

                @Override
                public void afterSaving(Author author, String name, long length) {}

                @Override
                public void beforeDeleting(Author author, String name) {}

                @Override
                public void afterDeleting(Author author, String name) {}
            };

    /// @param name that the client asked for
    /// @param length of the content in bytes, if it is known before it is read
    void beforeSaving(Author author, String name, OptionalLong length);

    /// @param name that the file is read by
    /// @param length of what was stored, in bytes
    void afterSaving(Author author, String name, long length);

    void beforeDeleting(Author author, String name);

    void afterDeleting(Author author, String name);
}
