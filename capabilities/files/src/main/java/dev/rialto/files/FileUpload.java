package dev.rialto.files;

import dev.rialto.files.spi.NewFile;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers.Author;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Stores the file of a request, in both forms that clients send: the content as the body, with
/// keys in headers; or Parse's JSON form, with keys and the content in base64 in the body.
public final class FileUpload {
    static final String DIRECTORY = "X-Parse-File-Directory";
    static final String METADATA = "X-Parse-File-Metadata";
    static final String TAGS = "X-Parse-File-Tags";
    static final String ACL = "X-Parse-File-ACL";

    private final FileSaver saver;
    private final FilesSettings settings;
    private final BiPredicate<App, String> isAnonymous;

    /// @param isAnonymous whether a user, by its id, is anonymous
    FileUpload(FileSaver saver, FilesSettings settings, BiPredicate<App, String> isAnonymous) {
        this.saver = saver;
        this.settings = settings;
        this.isAnonymous = isAnonymous;
    }

    /// The name and address of a stored file.
    record Stored(String name, String url) {}

    /// The file of a request, with its type and further data.
    private record Payload(
            FileSaver.Content content, Optional<String> contentType, JsonNode data) {}

    /// A file that the caller may store.
    ///
    /// @param directory to store it in, or empty
    record Offer(NewFile file, String directory) {}

    /// Stores the file of a request. Triggers run once everything but the content is validated.
    ///
    /// @param given the file's name
    Stored store(Call call, String given) {
        requirePermission(call);
        var name = new FileName(given);
        Payload payload = payload(call);
        Offer offer = offer(Author.of(call), name, payload.contentType(), payload.data());
        NewFile stored =
                saver.save(Author.of(call), offer.file(), offer.directory(), payload.content());
        return new Stored(
                stored.name(),
                stored.elsewhere()
                        .orElseGet(() ->
                                FileAddress.url(call.publicUrl(), call.app().id(), stored.name())));
    }

    /// Checks all of a file but its content.
    ///
    /// @param data as in the JSON form of an upload: `metadata`, `tags`, `acl` and `directory`
    Offer offer(Call call, String name, Optional<String> contentType, JsonNode data) {
        requirePermission(call);
        return offer(Author.of(call), new FileName(name), contentType, data);
    }

    private Offer offer(Author author, FileName name, Optional<String> contentType, JsonNode data) {
        ContentType type = ContentType.of(name, contentType);
        if (!isMaster(author.caller())) {
            requireAllowed(name, type);
        }
        String directory = directory(author.caller(), data);
        var file =
                new NewFile(
                        name.text(),
                        contentType,
                        part(data, "metadata"),
                        part(data, "tags"),
                        acl(author, data),
                        Optional.empty());
        return new Offer(file, directory);
    }

    private void requirePermission(Call call) {
        switch (call.caller()) {
            case Caller.Master _, Caller.ReadOnlyMaster _, Caller.Maintenance _ -> {}
            case Caller.Anonymous _ -> require(settings.uploaders().visitors(), "public");
            case Caller.User user -> {
                if (settings.uploaders().users() && settings.uploaders().anonymous()) {
                    return;
                }
                boolean anonymous = isAnonymous.test(call.app(), user.id());
                require(
                        anonymous ? settings.uploaders().anonymous() : settings.uploaders().users(),
                        anonymous ? "anonymous user" : "authenticated user");
            }
        }
    }

    private static void require(boolean allowed, String who) {
        if (!allowed) {
            throw new RialtoException(
                    ErrorCode.FILE_SAVE_ERROR, "File upload by " + who + " is disabled.");
        }
    }

    /// Rejects types that could run scripts, by the name or by the type that the file would be
    /// served with.
    private void requireAllowed(FileName name, ContentType type) {
        refuseAs(name.writtenExtension(), name.extension());
        refuseAs(type.subtype(), type.extension());
    }

    private void refuseAs(String written, String extension) {
        if (settings.refusedExtensions().contains(extension)) {
            throw new RialtoException(
                    ErrorCode.FILE_SAVE_ERROR,
                    "File upload of extension " + written + " is disabled.");
        }
    }

    private static Payload payload(Call call) {
        ObjectNode body = call.body();
        if (body.isEmpty()) {
            return new Payload(
                    new FileSaver.Content(call.stream(), announced(call)),
                    call.header("Content-Type"),
                    headerData(call));
        }
        JsonNode base64 = body.path("base64");
        if (!base64.isString()) {
            throw new RialtoException(ErrorCode.FILE_SAVE_ERROR, "Invalid file upload.");
        }
        return new Payload(
                FileSaver.Content.of(decode(base64.stringValue())),
                call.header("Content-Type"),
                body.path("fileData"));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException invalid) {
            throw new RialtoException(
                    ErrorCode.FILE_SAVE_ERROR, "Invalid file upload: base64 can't be read.");
        }
    }

    private static OptionalLong announced(Call call) {
        boolean plain = call.header("Content-Encoding").isEmpty();
        Optional<String> length = call.header("Content-Length").map(String::strip);
        return plain && length.isPresent() && length.get().matches("\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(length.get()))
                : OptionalLong.empty();
    }

    private static ObjectNode headerData(Call call) {
        ObjectNode data = Json.object();
        call.header(DIRECTORY).ifPresent(value -> data.put("directory", value));
        call.header(METADATA).ifPresent(text -> data.set("metadata", object(METADATA, text)));
        call.header(TAGS).ifPresent(text -> data.set("tags", object(TAGS, text)));
        call.header(ACL).ifPresent(text -> data.set("acl", json(ACL, text)));
        return data;
    }

    private static ObjectNode object(String header, String text) {
        if (json(header, text) instanceof ObjectNode object) {
            return object;
        }
        throw invalid(header);
    }

    private static JsonNode json(String header, String text) {
        try {
            return Json.read(text);
        } catch (JacksonException unreadable) {
            throw invalid(header);
        }
    }

    /// The ACL that a client wants; null is a wish, too.
    private Optional<ObjectNode> acl(Author author, JsonNode data) {
        return data.has("acl") ? FileAccess.readAcl(data.path("acl")) : saver.usualAcl(author);
    }

    private static RialtoException invalid(String header) {
        return new RialtoException(
                ErrorCode.INVALID_JSON, "Invalid JSON in " + header + " header.");
    }

    private static String directory(Caller caller, JsonNode data) {
        Optional<String> directory = text(data.path("directory"));
        if (directory.isEmpty()) {
            return "";
        }
        if (!isMaster(caller)) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "Directory can only be set using the Master Key.");
        }
        FileName.checkDirectory(directory.get());
        return directory.get();
    }

    private static ObjectNode part(JsonNode data, String key) {
        JsonNode value = data.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Json.object();
        }
        if (!(value instanceof ObjectNode object)) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON, "fileData." + key + " must be an object");
        }
        return FileSaver.checked(key, object);
    }

    private static Optional<String> text(JsonNode value) {
        return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    private static boolean isMaster(Caller caller) {
        return switch (caller) {
            case Caller.Master _, Caller.Maintenance _ -> true;
            case Caller.Anonymous _, Caller.User _, Caller.ReadOnlyMaster _ -> false;
        };
    }
}
