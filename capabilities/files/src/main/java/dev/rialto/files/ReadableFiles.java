package dev.rialto.files;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.AppSettings.PerApp;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;

/// Finds files for those who may read them. For all others a private file does not exist.
final class ReadableFiles {
    private final StoredFiles files;
    private final FileLinks links;
    private final PerApp<SharingSettings> settings;
    private final BiFunction<App, Call, Caller> callers;

    /// @param callers identifies the caller of a request that names no app
    ReadableFiles(
            StoredFiles files,
            FileLinks links,
            PerApp<SharingSettings> settings,
            BiFunction<App, Call, Caller> callers) {
        this.files = files;
        this.links = links;
        this.settings = settings;
        this.callers = callers;
    }

    /// A file and how long others may keep what they read of it.
    ///
    /// @param caching value of the header `Cache-Control`
    record Readable(StoredFile file, String caching) {}

    /// @throws RialtoException when the file is private or missing and the session or a key of the
    ///   request is not valid; UNAUTHORIZED when the request's signed URL has expired
    Optional<Readable> find(App app, Call call, String name) throws IOException {
        Optional<StoredFile> found = files.find(app, name);
        if (found.isPresent() && found.get().access().acl().isEmpty()) {
            return Optional.of(new Readable(found.get(), publicly(settings.of(app).cacheAge())));
        }
        FileLinks.Proof proof =
                found.map(file -> links.check(app, file, call))
                        .orElseGet(FileLinks.Proof.None::new);
        if (proof instanceof FileLinks.Proof.Valid(long secondsLeft)) {
            return found.map(file -> new Readable(file, "private, max-age=" + secondsLeft));
        }
        // Also for a missing file, so that the answer does not tell which files exist.
        Caller caller = callers.apply(app, call);
        if (found.isPresent() && found.get().access().mayRead(caller)) {
            return found.map(file -> new Readable(file, "private, no-cache"));
        }
        if (proof instanceof FileLinks.Proof.Expired) {
            throw new RialtoException(ErrorCode.UNAUTHORIZED, "The URL of this file has expired.");
        }
        return Optional.empty();
    }

    private static String publicly(Duration age) {
        return age.isZero()
                ? "public, no-cache"
                : "public, max-age=" + age.toSeconds() + ", immutable";
    }
}
