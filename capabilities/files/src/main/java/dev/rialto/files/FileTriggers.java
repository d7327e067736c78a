package dev.rialto.files;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;
import java.util.OptionalLong;

/// Code that runs before and after a file is stored or deleted. It is called only for requests that
/// are permitted; what it throws before a change refuses it.
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

    /// Who changes something, and with which request.
    record Author(App app, Caller caller, Optional<Call> call) {
        public static Author of(Call call) {
            return new Author(call.app(), call.caller(), Optional.of(call));
        }

        /// The server's own code.
        public static Author server(App app) {
            return new Author(app, new Caller.Master(), Optional.empty());
        }
    }

    /// @param name that the client asked for
    /// @param length of the content in bytes, if it is known before it is read
    void beforeSaving(Author author, String name, OptionalLong length);

    /// @param name that the file is read by
    /// @param length of what was stored, in bytes
    void afterSaving(Author author, String name, long length);

    void beforeDeleting(Author author, String name);

    void afterDeleting(Author author, String name);
}
