package dev.rialto.files;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.spi.ChangeTriggers.Author;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// The operations on files.
public final class FilesRoutes {
    private final FileStorage storage;
    private final FileUpload upload;
    private final Function<String, Optional<App>> apps;
    private final FileTriggers triggers;

    /// @param apps finds an app by its id: files are read without an app's keys
    /// @param triggers of deletions; those of uploads are called by the upload
    public FilesRoutes(
            FileStorage storage,
            FileUpload upload,
            Function<String, Optional<App>> apps,
            FileTriggers triggers) {
        this.storage = storage;
        this.upload = upload;
        this.apps = apps;
        this.triggers = triggers;
    }

    public List<Operation> operations() {
        return List.of(
                Operation.post("files.create", "/files/{name}")
                        .summary("Stores a file.")
                        .header(FileUpload.DIRECTORY, "The folder to store it in.")
                        .header(FileUpload.METADATA, "A JSON object of what to say about it.")
                        .header(FileUpload.TAGS, "A JSON object of tags.")
                        .output(
                                201,
                                JsonSchema.object()
                                        .requiring("name", JsonSchema.string())
                                        .requiring("url", JsonSchema.string("uri")))
                        .errors(
                                ErrorCode.INVALID_FILE_NAME,
                                ErrorCode.FILE_TOO_LARGE,
                                ErrorCode.FILE_SAVE_ERROR)
                        .traits(Trait.UPLOAD)
                        .handle(this::create),
                Operation.post("files.create-nameless", "/files")
                        .summary("Refuses a file without a name.")
                        .errors(ErrorCode.INVALID_FILE_NAME)
                        .traits(Trait.UPLOAD)
                        .handle(FilesRoutes::refuseNameless),
                Operation.get("files.metadata", "/files/{appId}/metadata/{name*}")
                        .access(Access.PUBLIC)
                        .summary("Reads what the uploader said about a file.")
                        .output(JsonSchema.object())
                        .handle(this::metadata),
                Operation.get("files.get", "/files/{appId}/{name*}")
                        .access(Access.PUBLIC)
                        .summary("Reads a file, or a range of it.")
                        .handle(this::get),
                delete("files.delete", "/files/{name}", call -> delete(call, call.path("name"))),
                delete(
                        "files.delete-in-directory",
                        "/files/{directory}/{name*}",
                        call -> delete(call, call.path("directory") + "/" + call.path("name"))));
    }

    private static Operation delete(String id, String path, Handler handler) {
        return Operation.delete(id, path)
                .access(Access.MASTER)
                .summary("Deletes a file.")
                .output(JsonSchema.object())
                .errors(ErrorCode.FILE_DELETE_ERROR)
                .handle(handler);
    }

    private static Answer refuseNameless(Call call) {
        throw new RialtoException(ErrorCode.INVALID_FILE_NAME, "Filename not provided.");
    }

    private Answer create(Call call) {
        String name = upload.store(call);
        String url = FileAddress.url(call.publicUrl(), call.app().id(), name);
        return Answer.of(201, Json.object().put("url", url).put("name", name))
                .withHeader("Location", url);
    }

    private Answer get(Call call) {
        Optional<App> app = apps.apply(call.path("appId"));
        if (app.isEmpty()) {
            return unknownApp();
        }
        return find(app.get(), call.path("name"))
                .map(download -> download.answer(call))
                .orElseGet(FilesRoutes::notFound);
    }

    /// Like Parse, answers an empty object for a file that does not exist.
    private Answer metadata(Call call) {
        Optional<App> app = apps.apply(call.path("appId"));
        if (app.isEmpty()) {
            return unknownApp();
        }
        ObjectNode answer = Json.object();
        find(app.get(), call.path("name"))
                .ifPresent(found -> answer.set("metadata", found.facts().label().metadata()));
        return Answer.ok(answer);
    }

    private Answer delete(Call call, String name) {
        if (!FileName.isStorable(name)) {
            throw notDeleted(name);
        }
        Author author = Author.of(call);
        triggers.beforeDeleting(author, name);
        try {
            if (!storage.delete(call.app(), name)) {
                throw notDeleted(name);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        triggers.afterDeleting(author, name);
        return Answer.ok(Json.object());
    }

    private static RialtoException notDeleted(String name) {
        return new RialtoException(
                ErrorCode.FILE_DELETE_ERROR, "Could not delete file.", "there is no file " + name);
    }

    private Optional<Download> find(App app, String name) {
        if (!FileName.isStorable(name)) {
            return Optional.empty();
        }
        try {
            return storage.stat(app, name).map(facts -> new Download(storage, app, name, facts));
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
                Map.of("Content-Type", "text/plain; charset=utf-8"),
                new Answer.Body.Bytes("File not found.".getBytes(StandardCharsets.UTF_8)));
    }
}
