package dev.rialto.files;

import dev.rialto.files.spi.ContentCheck;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.http.AppKeys;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.SentKeys;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SecretBox;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/// Stores files that users and functions upload.
public final class FilesCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "data", "storage", "files", "Stores files and serves them at their URLs.");

    /// Files are checked each hour until so many bytes are read.
    private static final long CHECKED_AT_ONCE = 1L << 30;

    private final FileStorage storage;
    private final StoredFiles files;
    private final FileService shelf;
    private final FilesRoutes routes;
    private final SharingRoutes sharing;
    private final CareRoutes care;
    private final FileChecks checks;
    private final ResumableUploads uploads;
    private final ResumableRoutes uploadRoutes;

    /// What the capability needs from accounts.
    ///
    /// @param anonymous whether a user is anonymous
    /// @param authenticator finds the user of a session
    public record Users(BiPredicate<App, String> anonymous, Authenticator authenticator) {
        /// Identifies the caller of a read: requests for files name their app in the path alone, so
        /// neither keys nor session have been checked.
        Caller reader(AppKeys keys, Call call) {
            var sent =
                    new SentKeys(
                            call.header("X-Parse-Maintenance-Key"),
                            call.header("X-Parse-Master-Key"),
                            Map.of());
            if (!sent.isEmpty()) {
                return sent.holder(keys)
                        .orElseThrow(
                                () -> new RialtoException(ErrorCode.UNAUTHORIZED, "unauthorized"));
            }
            return call.sessionToken()
                    .<Caller>map(token -> authenticator.authenticate(keys.app(), token))
                    .orElseGet(Caller.Anonymous::new);
        }
    }

    /// @param place where the files are
    public FilesCapability(
            Platform platform, FilesPlace place, FilesSettings settings, Users users) {
        this.storage = place.open(platform.database(), settings.keepFree());
        var triggers = new AppFileTriggers(platform.triggers(), platform.publicUrl());
        FilesSettings.Care care = settings.care();
        this.files =
                new StoredFiles(
                        storage,
                        platform.database(),
                        care.quota(),
                        () -> platform.services().find(ContentCheck.class).or(care::scanner));
        this.checks = new FileChecks(storage, files.register(), care.checkEvery(), CHECKED_AT_ONCE);
        var sharing = platform.services().get(AppSettings.class).declare(SharingSettings::read);
        var links = new FileLinks(platform.services().get(SecretBox.class), platform.clock());
        BiFunction<App, Call, Caller> callers =
                (app, call) ->
                        platform.apps()
                                .apply(app.id())
                                .map(keys -> users.reader(keys, call))
                                .orElseGet(Caller.Anonymous::new);
        var saver = new FileSaver(files, settings, sharing, new Ids(), triggers);
        this.shelf = new FileService(files, saver, triggers);
        var upload = new FileUpload(saver, settings, users.anonymous());
        this.routes =
                new FilesRoutes(
                        files,
                        upload,
                        platform::app,
                        new FilesRoutes.Readers(triggers, callers),
                        new ReadableFiles(files, links, sharing, callers));
        this.sharing = new SharingRoutes(files, links, sharing);
        this.care = new CareRoutes(files, new FileMentions(platform.database()), care.quota());
        var resumable = settings.resumable();
        this.uploads = new ResumableUploads(platform.database(), resumable, storage, upload, saver);
        this.uploadRoutes = new ResumableRoutes(uploads, routes, resumable.maxSize());
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return Stream.of(
                        routes.operations(),
                        uploadRoutes.operations(),
                        sharing.operations(),
                        care.operations())
                .flatMap(List::stream)
                .toList();
    }

    /// The files as functions use them.
    public FileService shelf() {
        return shelf;
    }

    @Override
    public void tidy(App app) {
        files.tidy(app);
        uploads.tidy(app);
        checks.run(app);
    }

    @Override
    public void close() throws IOException {
        storage.close();
    }
}
