package dev.rialto.files;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.Platform;
import java.io.IOException;
import java.util.List;
import java.util.function.BiPredicate;

/// Stores files that users and functions upload.
public final class FilesCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "data", "storage", "files", "Stores files and serves them at their URLs.");

    private final FileStorage storage;
    private final StoredFiles files;
    private final FileService shelf;
    private final FilesRoutes routes;

    /// What the capability needs from accounts.
    ///
    /// @param anonymous whether a user is anonymous
    /// @param authenticator finds the user of a session
    public record Users(BiPredicate<App, String> anonymous, Authenticator authenticator) {
        /// Identifies the caller of a read: requests for files name no app, so their session has
        /// not been checked.
        Caller reader(App app, Call call) {
            return call.sessionToken()
                    .<Caller>map(token -> authenticator.authenticate(app, token))
                    .orElseGet(Caller.Anonymous::new);
        }
    }

    /// @param place where the files are
    public FilesCapability(
            Platform platform, FilesPlace place, FilesSettings settings, Users users) {
        this.storage = place.open(platform.database(), settings.keepFree());
        var triggers = new AppFileTriggers(platform.triggers(), platform.publicUrl());
        this.files = new StoredFiles(storage, platform.database());
        var saver = new FileSaver(files, settings, new Ids(), triggers);
        this.shelf = new FileService(files, saver, triggers);
        var upload = new FileUpload(saver, settings, users.anonymous());
        this.routes =
                new FilesRoutes(
                        files,
                        upload,
                        platform::app,
                        new FilesRoutes.Readers(triggers, users::reader));
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return routes.operations();
    }

    /// The files as functions use them.
    public FileService shelf() {
        return shelf;
    }

    @Override
    public void tidy(App app) {
        files.tidy(app);
    }

    @Override
    public void close() throws IOException {
        storage.close();
    }
}
