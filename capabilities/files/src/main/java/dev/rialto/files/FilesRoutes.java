package dev.rialto.files;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers.Author;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The operations on files.
public final class FilesRoutes {
    private final StoredFiles files;
    private final FileUpload upload;
    private final Function<String, Optional<App>> apps;
    private final Readers readers;
    private final ReadableFiles readable;

    /// The triggers of reads, and the callers they run for.
    ///
    /// @param callers identifies the caller of a request that names no app
    public record Readers(FileTriggers triggers, BiFunction<App, Call, Caller> callers) {
        /// No triggers.
        public static final Readers UNWATCHED =
                new Readers(FileTriggers.NONE, (_, _) -> new Caller.Anonymous());
    }

    /// @param apps finds an app by its id: files are read without an app's keys
    /// @param readers including the triggers of deletions; the upload calls its own
    public FilesRoutes(
            StoredFiles files,
            FileUpload upload,
            Function<String, Optional<App>> apps,
            Readers readers,
            ReadableFiles readable) {
        this.files = files;
        this.upload = upload;
        this.apps = apps;
        this.readers = readers;
        this.readable = readable;
    }

    public List<Operation> operations() {
        return List.of(
                Operation.post("files.create", "/files/{name}")
                        .summary("Stores a file.")
                        .header(FileUpload.DIRECTORY, "The folder to store it in.")
                        .header(FileUpload.METADATA, "A JSON object of metadata.")
                        .header(FileUpload.TAGS, "A JSON object of tags.")
                        .header(FileUpload.ACL, "Who may read and change it, as in an object.")
                        .output(
                                201,
                                JsonSchema.object()
                                        .requiring("name", JsonSchema.string())
                                        .requiring("url", JsonSchema.string("uri")))
                        .errors(
                                ErrorCode.INVALID_FILE_NAME,
                                ErrorCode.FILE_TOO_LARGE,
                                ErrorCode.INVALID_ACL,
                                ErrorCode.FILE_SAVE_ERROR)
                        .traits(Trait.UPLOAD)
                        .handle(call -> create(call, call.path("name"))),
                Operation.post("files.create-nameless", "/files")
                        .summary("Rejects a file without a name.")
                        .errors(ErrorCode.INVALID_FILE_NAME)
                        .traits(Trait.UPLOAD)
                        .handle(FilesRoutes::refuseNameless),
                Operation.get("files.metadata", "/files/{appId}/metadata/{name*}")
                        .access(Access.PUBLIC)
                        .summary("Reads the metadata of a file.")
                        .output(JsonSchema.object())
                        .handle(this::metadata),
                Operation.get("files.get", "/files/{appId}/{name*}")
                        .access(Access.PUBLIC)
                        .summary("Reads a file or a range of it.")
                        .produces("*/*")
                        .handle(this::get),
                delete("files.delete", "/files/{name}", call -> delete(call, call.path("name"))),
                delete(
                        "files.delete-in-directory",
                        "/files/{directory}/{name*}",
                        call -> delete(call, call.path("directory") + "/" + call.path("name"))));
    }

    private static Operation delete(String id, String path, Handler handler) {
        return Operation.delete(id, path)
                .summary("Deletes a file.")
                .output(JsonSchema.object())
                .errors(ErrorCode.FILE_DELETE_ERROR)
                .handle(handler);
    }

    private static Answer refuseNameless(Call call) {
        throw new RialtoException(ErrorCode.INVALID_FILE_NAME, "Filename not provided.");
    }

    /// Stores the file of a request.
    Answer create(Call call, String name) {
        FileUpload.Stored stored = upload.store(call, name);
        return Answer.of(201, Json.object().put("url", stored.url()).put("name", stored.name()))
                .withHeader("Location", stored.url());
    }

    private Answer get(Call call) {
        Optional<App> app = apps.apply(call.path("appId"));
        if (app.isEmpty()) {
            return unknownApp();
        }
        return watched(
                app.get(),
                call,
                name ->
                        find(app.get(), call, name)
                                .map(download -> download.answer(call))
                                .orElseGet(FilesRoutes::notFound));
    }

    /// Reads a file with the triggers around it.
    ///
    /// @param reading answers with the file of a name
    private Answer watched(App app, Call call, Function<String, Answer> reading) {
        String name = call.path("name");
        FileTriggers triggers = readers.triggers();
        if (!triggers.watchesReads(app)) {
            return reading.apply(name);
        }
        var author = new Author(app, readers.callers().apply(app, call), Optional.of(call));
        String meant = admitted(() -> triggers.beforeFind(author, name));
        Answer answer = reading.apply(meant);
        return answer.status() >= 400
                ? answer
                : admitted(() -> triggers.afterFind(author, meant, answer));
    }

    /// Calls a trigger. As in Parse, its error has the status 403, unless it hit a limit or the
    /// server failed.
    private static <T> T admitted(Supplier<T> trigger) {
        try {
            return trigger.get();
        } catch (RialtoException failure) {
            throw failure.code().kind() == ErrorCode.Kind.CALLER
                    ? failure.under(ErrorCode.UNAUTHORIZED)
                    : failure;
        }
    }

    /// Like Parse, returns an empty object for a file that does not exist.
    private Answer metadata(Call call) {
        Optional<App> app = apps.apply(call.path("appId"));
        if (app.isEmpty()) {
            return unknownApp();
        }
        return watched(
                app.get(),
                call,
                name -> {
                    ObjectNode answer = Json.object();
                    find(app.get(), call, name)
                            .ifPresent(found ->
                                    answer.set("metadata", found.facts().label().metadata()));
                    return Answer.ok(answer);
                });
    }

    /// Deletes a file.
    Answer delete(Call call, String name) {
        requireWriter(call, name);
        Author author = Author.of(call);
        readers.triggers().beforeDeleting(author, name);
        try {
            if (!files.delete(call.app(), name)) {
                throw notDeleted(name);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        readers.triggers().afterDeleting(author, name);
        return Answer.ok(Json.object());
    }

    /// Lets the master key delete files, and those who the file's ACL lets change it.
    private void requireWriter(Call call, String name) {
        try {
            Optional<StoredFile> file = files.find(call.app(), name);
            FileAccess access = file.map(StoredFile::access).orElse(FileAccess.OPEN);
            if (!access.mayWrite(call.caller())) {
                throw new RialtoException(
                        ErrorCode.UNAUTHORIZED, "unauthorized: master key is required");
            }
            if (file.isEmpty()) {
                throw notDeleted(name);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static RialtoException notDeleted(String name) {
        return new RialtoException(
                ErrorCode.FILE_DELETE_ERROR, "Could not delete file.", "there is no file " + name);
    }

    private Optional<Download> find(App app, Call call, String name) {
        boolean isWatched = readers.triggers().watchesReads(app);
        try {
            return readable.find(app, call, name)
                    .map(found ->
                            new Download(
                                    files,
                                    app,
                                    name,
                                    found.file().info(),
                                    isWatched ? Optional.empty() : Optional.of(found.caching())));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Answer unknownApp() {
        return Answer.of(
                403,
                Json.object()
                        .put("code", ErrorCode.OPERATION_FORBIDDEN.number())
                        .put("error", "Invalid application ID."));
    }

    private static Answer notFound() {
        return new Answer(
                404,
                Map.of(
                        "Content-Type", "text/plain; charset=utf-8",
                        "Cache-Control", "no-store"),
                new Answer.Body.Bytes("File not found.".getBytes(StandardCharsets.UTF_8)));
    }
}
