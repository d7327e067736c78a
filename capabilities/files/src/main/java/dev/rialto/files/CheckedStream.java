package dev.rialto.files;

import dev.rialto.files.spi.ContentCheck;
import dev.rialto.kernel.BlockInputStream;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The content of a file on its way into the storage, which a check sees, too. A check that fails
/// is not a failure of the storage nor of the client: the upload is then rejected.
final class CheckedStream extends BlockInputStream {
    private final InputStream source;
    private final Optional<ContentCheck.Session> session;
    private final String name;

    CheckedStream(InputStream source, Optional<ContentCheck> check, String name) {
        this.source = source;
        this.name = name;
        this.session = check.map(CheckedStream::begin);
    }

    private static ContentCheck.Session begin(ContentCheck check) {
        try {
            return check.begin();
        } catch (IOException failure) {
            throw unavailable(failure);
        }
    }

    /// @throws RialtoException FILE_SAVE_ERROR if the check found something, OVERLOADED if it did
    ///   not come to an end
    void requireHarmless() {
        if (session.isEmpty()) {
            return;
        }
        Optional<String> found;
        try {
            found = session.get().finish();
        } catch (IOException failure) {
            throw unavailable(failure);
        }
        found.ifPresent(what -> {
            throw new RialtoException(
                    ErrorCode.FILE_SAVE_ERROR, "The file " + name + " was rejected: " + what + ".");
        });
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count = source.read(into, offset, length);
        if (count > 0 && session.isPresent()) {
            try {
                session.get().accept(into, offset, count);
            } catch (IOException failure) {
                throw unavailable(failure);
            }
        }
        return count;
    }

    /// Leaves the source open, which is the caller's.
    @Override
    public void close() {
        session.ifPresent(each -> {
            try {
                each.close();
            } catch (IOException failure) {
                throw unavailable(failure);
            }
        });
    }

    private static RialtoException unavailable(IOException failure) {
        return new RialtoException(
                ErrorCode.OVERLOADED,
                "Files can't be checked at the moment, so none is accepted.",
                failure);
    }
}
