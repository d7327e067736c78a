package dev.rialto.files.spi;

import java.io.IOException;
import java.util.Optional;

/// Looks into the content of files before anybody can read them, such as a virus scanner does. A
/// capability that has one offers it as a service. Thread-safe.
public interface ContentCheck {
    /// Begins to check a file.
    ///
    /// @throws IOException if that is not possible now; the upload is then rejected
    Session begin() throws IOException;

    /// The check of one file, whose content arrives in pieces. Used by one thread.
    interface Session extends AutoCloseable {
        /// @throws IOException if the check can't go on
        void accept(byte[] bytes, int offset, int length) throws IOException;

        /// Ends the check after the last piece.
        ///
        /// @return what makes the file unacceptable, in a few words; empty if nothing does
        /// @throws IOException if the check did not come to an end
        Optional<String> finish() throws IOException;

        @Override
        void close() throws IOException;
    }
}
