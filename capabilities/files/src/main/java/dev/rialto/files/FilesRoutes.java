package dev.rialto.files;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
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
    private static final String CAPABILITY = "files";

    private final FileStorage storage;
    private final FileUpload upload;
    private final Function<String, Optional<App>> apps;

    /// @param apps finds an app by its id: files are read without an app's keys
    public FilesRoutes(
            FileStorage storage, FileUpload upload, Function<String, Optional<App>> apps) {
        this.storage = storage;
        this.upload = upload;
        this.apps = apps;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation(
                                CAPABILITY,
                                "create",
                                Method.POST,
                                "/files/{name}",
                                Access.APP,
                                "Stores a file.",
                                this::create)
                        .with(Operation.Trait.UPLOAD)
                        .reading(FileUpload.DIRECTORY, FileUpload.METADATA, FileUpload.TAGS),
                new Operation(
                                CAPABILITY,
                                "create-nameless",
                                Method.POST,
                                "/files",
                                Access.APP,
                                "Refuses a file without a name.",
                                FilesRoutes::refuseNameless)
                        .with(Operation.Trait.UPLOAD),
                new Operation(
                        CAPABILITY,
                        "metadata",
                        Method.GET,
                        "/files/{appId}/metadata/{name*}",
                        Access.PUBLIC,
                        "Reads what the uploader said about a file.",
                        this::metadata),
                new Operation(
                        CAPABILITY,
                        "get",
                        Method.GET,
                        "/files/{appId}/{name*}",
                        Access.PUBLIC,
                        "Reads a file, or a range of it.",
                        this::get),
                delete("delete", "/files/{name}", call -> delete(call, call.path("name"))),
                delete(
                        "delete-in-directory",
                        "/files/{directory}/{name*}",
                        call -> delete(call, call.path("directory") + "/" + call.path("name"))));
    }

    private static Operation delete(String name, String path, Handler handler) {
        return new Operation(
                CAPABILITY, name, Method.DELETE, path, Access.MASTER, "Deletes a file.", handler);
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
        try {
            if (!FileName.isStorable(name) || !storage.delete(call.app(), name)) {
                throw new RialtoException(
                        ErrorCode.FILE_DELETE_ERROR, "Could not delete file: " + name + ".");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return Answer.ok(Json.object());
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
