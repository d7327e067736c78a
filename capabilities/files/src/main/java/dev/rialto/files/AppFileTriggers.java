package dev.rialto.files;

import dev.rialto.files.spi.NewFile;
import dev.rialto.http.Answer;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers;
import dev.rialto.spi.ChangeTriggers.Author;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Triggers.Moment;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The triggers of files that an app's own code defines. An exception of a trigger is returned to
/// the client, even after a change, as in Parse Server.
final class AppFileTriggers implements FileTriggers {
    private static final String NO_SNIFF = "X-Content-Type-Options";

    private final ChangeTriggers triggers;
    private final Supplier<String> publicUrl;

    /// @param publicUrl the address of `/v1`, known when requests are served
    AppFileTriggers(Triggers triggers, Supplier<String> publicUrl) {
        this.triggers = new ChangeTriggers(triggers, Triggers.FILE);
        this.publicUrl = publicUrl;
    }

    @Override
    public NewFile beforeSaving(Author author, NewFile file, OptionalLong size) {
        if (!triggers.has(author, Moment.BEFORE_SAVE)) {
            return file;
        }
        JsonNode wanted =
                triggers.call(
                        author,
                        Moment.BEFORE_SAVE,
                        sized(file(file), size),
                        ErrorCode.FILE_SAVE_ERROR);
        return wanted instanceof ObjectNode fields ? merged(file, fields) : file;
    }

    /// The file as changed by a trigger; properties that it does not name are unchanged.
    private static NewFile merged(NewFile file, ObjectNode wanted) {
        return new NewFile(
                text(wanted, "name").orElse(file.name()),
                text(wanted, "contentType").or(file::contentType),
                wanted.path("metadata") instanceof ObjectNode metadata ? metadata : file.metadata(),
                wanted.path("tags") instanceof ObjectNode tags ? tags : file.tags(),
                wanted.has("acl") ? FileAccess.readAcl(wanted.path("acl")) : file.acl(),
                text(wanted, "url")
                        .map(AppFileTriggers::requireAddress)
                        .<NewFile.Content>map(NewFile.Content.External::new)
                        .or(() ->
                                text(wanted, "base64")
                                        .map(AppFileTriggers::decode)
                                        .map(NewFile.Content.Bytes::new))
                        .or(file::replacement));
    }

    private static Optional<String> text(ObjectNode fields, String name) {
        String value = fields.path(name).asString("");
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    private static String requireAddress(String url) {
        if (!url.matches("https?://[!-~]+")) {
            throw new RialtoException(
                    ErrorCode.FILE_SAVE_ERROR, "The trigger returned a url that is not valid.");
        }
        return url;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException invalid) {
            throw new RialtoException(
                    ErrorCode.FILE_SAVE_ERROR,
                    "The trigger returned base64 that can't be read.",
                    invalid);
        }
    }

    @Override
    public void afterSaving(Author author, NewFile file, OptionalLong size) {
        if (triggers.has(author, Moment.AFTER_SAVE)) {
            ObjectNode payload = file(file);
            payload.path("file")
                    .asObject()
                    .put("url", file.elsewhere().orElseGet(() -> address(author, file.name())));
            triggers.call(
                    author, Moment.AFTER_SAVE, sized(payload, size), ErrorCode.FILE_SAVE_ERROR);
        }
    }

    @Override
    public boolean watchesReads(App app) {
        return triggers.has(app, Moment.BEFORE_FIND) || triggers.has(app, Moment.AFTER_FIND);
    }

    @Override
    public String beforeFind(Author author, String name) {
        if (!triggers.has(author, Moment.BEFORE_FIND)) {
            return name;
        }
        JsonNode wanted = find(author, Moment.BEFORE_FIND, named(author, name));
        return wanted.path("name").asString(name);
    }

    @Override
    public Answer afterFind(Author author, String name, Answer answer) {
        if (!triggers.has(author, Moment.AFTER_FIND)) {
            return answer;
        }
        ObjectNode payload = named(author, name).put("forceDownload", false);
        payload.putObject("responseHeaders").put(NO_SNIFF, "nosniff");
        return sent(answer, name, find(author, Moment.AFTER_FIND, payload));
    }

    /// A response with the headers that a trigger sets. The headers that keep browsers from running
    /// uploads stay, except for the one that the trigger may see.
    private static Answer sent(Answer answer, String name, JsonNode wanted) {
        Answer sent = answer;
        if (wanted.path("responseHeaders") instanceof ObjectNode chosen) {
            sent = withoutHeader(answer, NO_SNIFF);
            for (var each : chosen.properties()) {
                String header = each.getKey();
                String value = Answer.requireHeader(header, each.getValue().asString(""));
                sent = sent.hasHeader(header) ? sent : sent.withHeader(header, value);
            }
        }
        return wanted.path("forceDownload").asBoolean(false)
                ? sent.withHeader("Content-Disposition", attachment(name))
                : sent;
    }

    private static Answer withoutHeader(Answer answer, String name) {
        Map<String, String> fewer = new LinkedHashMap<>(answer.headers());
        fewer.keySet().removeIf(name::equalsIgnoreCase);
        return new Answer(answer.status(), fewer, answer.body());
    }

    private static String attachment(String name) {
        return name.matches("[A-Za-z0-9._-]+")
                ? "attachment;filename=" + name
                : "attachment;filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private ObjectNode named(Author author, String name) {
        ObjectNode payload = Json.object();
        payload.putObject("file")
                .put("__type", "File")
                .put("name", name)
                .put("url", address(author, name));
        return payload;
    }

    private String address(Author author, String name) {
        return FileAddress.url(publicUrl.get(), author.app().id(), name);
    }

    private JsonNode find(Author author, Moment moment, ObjectNode payload) {
        return triggers.call(author, moment, payload, ErrorCode.SCRIPT_FAILED);
    }

    private static ObjectNode file(NewFile file) {
        ObjectNode payload = Json.object();
        ObjectNode told = payload.putObject("file").put("__type", "File").put("name", file.name());
        file.contentType().ifPresent(type -> told.put("contentType", type));
        told.set("metadata", file.metadata().deepCopy());
        told.set("tags", file.tags().deepCopy());
        return payload;
    }

    private static ObjectNode sized(ObjectNode payload, OptionalLong size) {
        size.ifPresentOrElse(
                bytes -> payload.put("fileSize", bytes), () -> payload.putNull("fileSize"));
        return payload;
    }

    /// @throws RialtoException FILE_DELETE_ERROR or the trigger's own error
    @Override
    public void beforeDeleting(Author author, String name) {
        deleting(author, name, Moment.BEFORE_DELETE);
    }

    @Override
    public void afterDeleting(Author author, String name) {
        deleting(author, name, Moment.AFTER_DELETE);
    }

    private void deleting(Author author, String name, Moment moment) {
        if (triggers.has(author, moment)) {
            triggers.call(
                    author,
                    moment,
                    sized(named(author, name), OptionalLong.empty()),
                    ErrorCode.FILE_DELETE_ERROR);
        }
    }
}
