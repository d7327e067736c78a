package dev.rialto.files;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Reads the content of files from time to time, and compares it with its digest: disks and clouds
/// lose bits silently, and a damaged file can be restored from a backup only while that still has
/// it.
final class FileChecks {
    private static final Logger LOG = Logger.getLogger(FileChecks.class.getName());
    private static final int BUFFER = 256 << 10;

    private final FileStorage storage;
    private final FileRegister register;
    private final Duration every;
    private final long atOnce;

    /// @param every how often each file is checked; zero: never
    /// @param atOnce about how many bytes are read before others have their turn
    FileChecks(FileStorage storage, FileRegister register, Duration every, long atOnce) {
        this.storage = storage;
        this.register = register;
        this.every = every;
        this.atOnce = atOnce;
    }

    /// Checks some of the files of an app whose turn it is.
    void run(App app) {
        if (every.isZero()) {
            return;
        }
        long left = atOnce;
        Optional<StoredFile> next = register.takeUnchecked(app, every);
        while (next.isPresent()) {
            StoredFile file = next.get();
            check(app, file);
            left -= file.info().length();
            next = left > 0 ? register.takeUnchecked(app, every) : Optional.empty();
        }
    }

    private void check(App app, StoredFile file) {
        boolean isDamaged;
        try {
            isDamaged = !digest(app, file.name()).equals(file.info().digest());
        } catch (NoSuchFileException missing) {
            isDamaged = true;
        } catch (IOException unreachable) {
            LOG.log(
                    Level.WARNING,
                    "file " + file.name() + " of " + app.id() + " could not be checked",
                    unreachable);
            return;
        }
        if (isDamaged) {
            LOG.warning(
                    "the content of file "
                            + file.name()
                            + " of "
                            + app.id()
                            + " is missing or damaged");
        }
        register.markDamaged(app, file.name(), isDamaged);
    }

    private String digest(App app, String name) throws IOException {
        MessageDigest digest = FileKey.sha256();
        var buffer = new byte[BUFFER];
        try (InputStream content = storage.open(app, name, 0)) {
            for (int count; (count = content.read(buffer)) >= 0; ) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
