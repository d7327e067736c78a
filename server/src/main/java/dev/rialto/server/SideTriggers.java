package dev.rialto.server;

import dev.rialto.files.FileAddress;
import dev.rialto.files.FileTriggers;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.spi.Triggers;
import dev.rialto.objects.spi.Triggers.Moment;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The triggers around changes of other things than objects: files and parameters. One before a
/// change may refuse it; the rest of its answer is ignored.
final class SideTriggers implements FileTriggers, OperationStep {
    private static final Logger LOG = Logger.getLogger(SideTriggers.class.getName());

    private final Triggers triggers;
    private final Supplier<String> publicUrl;

    /// @param publicUrl the address of `/v1`, known when requests are served
    SideTriggers(Triggers triggers, Supplier<String> publicUrl) {
        this.triggers = triggers;
        this.publicUrl = publicUrl;
    }

    @Override
    public Handler around(Operation operation, Handler next) {
        return operation.id().equals("config.update") ? call -> configure(call, next) : next;
    }

    /// @throws RialtoException FILE_SAVE_ERROR or what a trigger refuses with
    @Override
    public void beforeSaving(Author author, String name, OptionalLong length) {
        if (has(author, Triggers.FILE, Moment.BEFORE_SAVE)) {
            before(
                    author,
                    Triggers.FILE,
                    Moment.BEFORE_SAVE,
                    file(author, name, false, length),
                    ErrorCode.FILE_SAVE_ERROR);
        }
    }

    @Override
    public void afterSaving(Author author, String name, long length) {
        if (has(author, Triggers.FILE, Moment.AFTER_SAVE)) {
            after(
                    author,
                    Triggers.FILE,
                    Moment.AFTER_SAVE,
                    file(author, name, true, OptionalLong.of(length)));
        }
    }

    /// @throws RialtoException FILE_DELETE_ERROR or what a trigger refuses with
    @Override
    public void beforeDeleting(Author author, String name) {
        if (has(author, Triggers.FILE, Moment.BEFORE_DELETE)) {
            before(
                    author,
                    Triggers.FILE,
                    Moment.BEFORE_DELETE,
                    file(author, name, true, OptionalLong.empty()),
                    ErrorCode.FILE_DELETE_ERROR);
        }
    }

    @Override
    public void afterDeleting(Author author, String name) {
        if (has(author, Triggers.FILE, Moment.AFTER_DELETE)) {
            after(
                    author,
                    Triggers.FILE,
                    Moment.AFTER_DELETE,
                    file(author, name, true, OptionalLong.empty()));
        }
    }

    private Answer configure(Call call, Handler handler) {
        Author author = Author.of(call);
        boolean before = has(author, Triggers.CONFIG, Moment.BEFORE_SAVE);
        boolean after = has(author, Triggers.CONFIG, Moment.AFTER_SAVE);
        if (!before && !after) {
            return handler.handle(call);
        }
        JsonNode params = call.body().path("params").deepCopy();
        if (before) {
            before(
                    author,
                    Triggers.CONFIG,
                    Moment.BEFORE_SAVE,
                    config(params),
                    ErrorCode.SCRIPT_FAILED);
        }
        Answer answer = handler.handle(call);
        if (after) {
            after(author, Triggers.CONFIG, Moment.AFTER_SAVE, config(params));
        }
        return answer;
    }

    private static ObjectNode config(JsonNode params) {
        ObjectNode payload = Json.object();
        payload.putObject("object").set("params", params);
        return payload;
    }

    private ObjectNode file(Author author, String name, boolean stored, OptionalLong length) {
        ObjectNode payload = Json.object();
        ObjectNode file = payload.putObject("file").put("__type", "File").put("name", name);
        if (stored) {
            file.put("url", FileAddress.url(publicUrl.get(), author.app().id(), name));
        }
        length.ifPresent(bytes -> payload.put("fileSize", bytes));
        return payload;
    }

    private boolean has(Author author, String className, Moment moment) {
        return triggers.has(author.app(), className, moment);
    }

    /// @param otherwise the code of a refusal that has none of its own
    private void before(
            Author author,
            String className,
            Moment moment,
            ObjectNode payload,
            ErrorCode otherwise) {
        try {
            call(author, className, moment, payload);
        } catch (RialtoException refused) {
            throw refused.number() == ErrorCode.SCRIPT_FAILED.number()
                    ? new RialtoException(otherwise, String.valueOf(refused.getMessage()), refused)
                    : refused;
        }
    }

    /// A failure is logged: the change was made, and its client is not told of it.
    private void after(Author author, String className, Moment moment, ObjectNode payload) {
        try {
            call(author, className, moment, payload);
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    failure,
                    () ->
                            "trigger "
                                    + moment
                                    + " of "
                                    + className
                                    + " failed in app "
                                    + author.app().id());
        }
    }

    private void call(Author author, String className, Moment moment, ObjectNode payload) {
        triggers.call(author.app(), author.caller(), author.call(), className, moment, payload);
    }
}
