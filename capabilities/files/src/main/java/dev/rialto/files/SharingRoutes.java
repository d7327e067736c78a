package dev.rialto.files;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.spi.AppSettings.PerApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations on who may read and change a file: its ACL and its signed URLs.
final class SharingRoutes {
    private static final JsonSchema ACCESS =
            JsonSchema.object().with("owner", JsonSchema.any()).with("ACL", JsonSchema.any());

    private final StoredFiles files;
    private final FileLinks links;
    private final PerApp<SharingSettings> settings;

    SharingRoutes(StoredFiles files, FileLinks links, PerApp<SharingSettings> settings) {
        this.files = files;
        this.links = links;
        this.settings = settings;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("files.access", "/file-access/{name*}")
                        .summary("Tells who may read and change a file.")
                        .output(ACCESS)
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::access),
                Operation.put("files.change-access", "/file-access/{name*}")
                        .summary("Changes who may read and change a file.")
                        .input(JsonSchema.object().requiring("ACL", JsonSchema.any()))
                        .output(ACCESS)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.INVALID_ACL)
                        .handle(this::changeAccess),
                Operation.post("files.sign-url", "/file-urls/{name*}")
                        .summary("Makes a URL by which anybody can read a file for a while.")
                        .traits(Trait.READS)
                        .input(JsonSchema.object().with("expiresIn", JsonSchema.integer()))
                        .output(
                                JsonSchema.object()
                                        .requiring("url", JsonSchema.string("uri"))
                                        .requiring("expiresAt", JsonSchema.string("date-time")))
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.INVALID_QUERY)
                        .handle(this::sign),
                Operation.delete("files.revoke-urls", "/file-urls/{name*}")
                        .summary("Ends the validity of all signed URLs of a file.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::revoke));
    }

    private Answer access(Call call) {
        StoredFile file =
                require(
                        call,
                        access -> call.caller().seesEverything() || access.mayWrite(call.caller()));
        return Answer.ok(shown(file.access().owner(), file.access().acl()));
    }

    private static ObjectNode shown(Optional<String> owner, Optional<ObjectNode> acl) {
        ObjectNode shown = Json.object();
        owner.ifPresentOrElse(id -> shown.put("owner", id), () -> shown.putNull("owner"));
        acl.ifPresentOrElse(names -> shown.set("ACL", names), () -> shown.putNull("ACL"));
        return shown;
    }

    private Answer changeAccess(Call call) {
        JsonNode wanted = call.body().path("ACL");
        if (wanted.isMissingNode()) {
            throw new RialtoException(
                    ErrorCode.INVALID_ACL,
                    "The body must have an ACL; null lets whoever knows the name read the file.");
        }
        Optional<ObjectNode> acl = FileAccess.readAcl(wanted);
        StoredFile file = requireRegistered(call);
        if (!files.register().changeAcl(call.app(), file.name(), acl)) {
            throw notFound(call);
        }
        return Answer.ok(shown(file.access().owner(), acl));
    }

    private Answer sign(Call call) {
        StoredFile file = require(call, access -> access.mayRead(call.caller()));
        Instant end = links.end(life(call));
        String url =
                FileAddress.url(call.publicUrl(), call.app().id(), file.name())
                        + links.query(call.app(), file, end);
        return Answer.ok(Json.object().put("url", url).put("expiresAt", DateText.write(end)));
    }

    private Duration life(Call call) {
        return Seconds.of(
                call,
                "expiresIn",
                settings.of(call.app()).urlLife(),
                Duration.ofSeconds(1),
                SharingSettings.MAX_URL_LIFE);
    }

    private Answer revoke(Call call) {
        StoredFile file = requireRegistered(call);
        if (!files.register().revokeUrls(call.app(), file.name())) {
            throw notFound(call);
        }
        return Answer.ok(Json.object());
    }

    /// A file that the caller may change; one that is older than the register is entered.
    private StoredFile requireRegistered(Call call) {
        StoredFile file = require(call, access -> access.mayWrite(call.caller()));
        files.register().adopt(call.app(), file);
        return file;
    }

    /// @throws RialtoException OBJECT_NOT_FOUND also for a file that is not for this caller
    private StoredFile require(Call call, Predicate<FileAccess> permission) {
        try {
            return files.find(call.app(), call.path("name"))
                    .filter(file -> permission.test(file.access()))
                    .orElseThrow(() -> notFound(call));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static RialtoException notFound(Call call) {
        return new RialtoException(
                ErrorCode.OBJECT_NOT_FOUND,
                "There is no file " + call.path("name") + " that you may use in this way.");
    }
}
