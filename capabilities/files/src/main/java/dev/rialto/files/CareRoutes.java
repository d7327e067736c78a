package dev.rialto.files;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations by which an app's owner looks after its files.
final class CareRoutes {
    private static final int MAX_NAMES = 1_000;
    private static final Duration MIN_AGE = Duration.ofHours(1);
    private static final Duration USUAL_AGE = Duration.ofDays(7);
    private static final Duration MAX_AGE = Duration.ofDays(36_500);

    private static final JsonSchema NAMES = JsonSchema.array(JsonSchema.string());

    private final StoredFiles files;
    private final FileMentions mentions;
    private final OptionalLong quota;

    CareRoutes(StoredFiles files, FileMentions mentions, OptionalLong quota) {
        this.files = files;
        this.mentions = mentions;
        this.quota = quota;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("files.usage", "/file-usage")
                        .access(Access.MASTER_READ)
                        .summary("Tells how many files there are and how large they are together.")
                        .output(
                                JsonSchema.object()
                                        .requiring("files", JsonSchema.integer())
                                        .requiring("bytes", JsonSchema.integer())
                                        .requiring("quota", JsonSchema.any())
                                        .requiring("damaged", NAMES))
                        .handle(this::usage),
                Operation.post("files.sweep", "/file-sweep")
                        .access(Access.MASTER)
                        .summary("Finds or deletes files that nothing mentions.")
                        .input(
                                JsonSchema.object()
                                        .with("olderThan", JsonSchema.integer())
                                        .with("delete", JsonSchema.bool()))
                        .output(
                                JsonSchema.object()
                                        .requiring("files", JsonSchema.integer())
                                        .requiring("bytes", JsonSchema.integer())
                                        .requiring("deleted", JsonSchema.integer())
                                        .requiring("names", NAMES))
                        .errors(ErrorCode.INVALID_QUERY)
                        .handle(this::sweep));
    }

    private Answer usage(Call call) {
        FileRegister.Usage usage = files.register().usage(call.app());
        ObjectNode shown = Json.object().put("files", usage.files()).put("bytes", usage.bytes());
        quota.ifPresentOrElse(most -> shown.put("quota", most), () -> shown.putNull("quota"));
        ArrayNode damaged = shown.putArray("damaged");
        files.register().damaged(call.app(), MAX_NAMES).forEach(damaged::add);
        return Answer.ok(shown);
    }

    private Answer sweep(Call call) {
        boolean isDeleting = isDeleting(call.body().path("delete"));
        FileMentions.Unused unused =
                mentions.find(
                        call.app(),
                        Seconds.of(call, "olderThan", USUAL_AGE, MIN_AGE, MAX_AGE),
                        MAX_NAMES);
        ObjectNode shown =
                Json.object()
                        .put("files", unused.files())
                        .put("bytes", unused.bytes())
                        .put("deleted", isDeleting ? delete(call.app(), unused.some()) : 0);
        ArrayNode names = shown.putArray("names");
        unused.some().forEach(names::add);
        return Answer.ok(shown);
    }

    private static boolean isDeleting(JsonNode wish) {
        if (!wish.isMissingNode() && !wish.isBoolean()) {
            throw new RialtoException(ErrorCode.INVALID_QUERY, "delete must be true or false");
        }
        return wish.asBoolean(false);
    }

    private int delete(App app, List<String> names) {
        int deleted = 0;
        for (String name : names) {
            try {
                if (files.delete(app, name)) {
                    deleted++;
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        return deleted;
    }
}
