package dev.rialto.files;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.objects.spi.ChangeTriggers;
import dev.rialto.objects.spi.ChangeTriggers.Author;
import dev.rialto.objects.spi.Triggers;
import dev.rialto.objects.spi.Triggers.Moment;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The triggers of files that an app's own code defines.
final class AppFileTriggers implements FileTriggers {
    private final ChangeTriggers triggers;
    private final Supplier<String> publicUrl;

    /// @param publicUrl the address of `/v1`, known when requests are served
    AppFileTriggers(Triggers triggers, Supplier<String> publicUrl) {
        this.triggers = new ChangeTriggers(triggers, Triggers.FILE);
        this.publicUrl = publicUrl;
    }

    @Override
    public void beforeSaving(Author author, String name, OptionalLong length) {
        if (triggers.has(author, Moment.BEFORE_SAVE)) {
            triggers.before(
                    author,
                    Moment.BEFORE_SAVE,
                    payload(asked(name), length),
                    ErrorCode.FILE_SAVE_ERROR);
        }
    }

    @Override
    public void afterSaving(Author author, String name, long length) {
        if (triggers.has(author, Moment.AFTER_SAVE)) {
            triggers.after(
                    author,
                    Moment.AFTER_SAVE,
                    payload(stored(author, name), OptionalLong.of(length)));
        }
    }

    @Override
    public void beforeDeleting(Author author, String name) {
        if (triggers.has(author, Moment.BEFORE_DELETE)) {
            triggers.before(
                    author,
                    Moment.BEFORE_DELETE,
                    payload(stored(author, name), OptionalLong.empty()),
                    ErrorCode.FILE_DELETE_ERROR);
        }
    }

    @Override
    public void afterDeleting(Author author, String name) {
        if (triggers.has(author, Moment.AFTER_DELETE)) {
            triggers.after(
                    author,
                    Moment.AFTER_DELETE,
                    payload(stored(author, name), OptionalLong.empty()));
        }
    }

    private static ObjectNode payload(ObjectNode file, OptionalLong length) {
        ObjectNode payload = Json.object();
        payload.set("file", file);
        length.ifPresent(bytes -> payload.put("fileSize", bytes));
        return payload;
    }

    private static ObjectNode asked(String name) {
        return Json.object().put("__type", "File").put("name", name);
    }

    private ObjectNode stored(Author author, String name) {
        return asked(name).put("url", FileAddress.url(publicUrl.get(), author.app().id(), name));
    }
}
