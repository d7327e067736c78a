package dev.rialto.sync;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.InProcessCalls;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Objects;
import dev.rialto.spi.Watching;
import dev.rialto.store.Database;
import dev.rialto.store.StoreErrors;
import dev.rialto.store.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Does what clients did while they were away: each operation in a transaction of its own, in the
/// order in which they come, and each once.
public final class Push {
    private static final int MAX_OPERATIONS = 200;

    private final Database database;
    private final Objects objects;
    private final Watching watching;
    private final History history;
    private final DoneOperations done;
    private final Supplier<InProcessCalls> calls;

    /// @param calls known when requests are served
    public Push(
            Database database,
            Objects objects,
            Watching watching,
            SyncSettings settings,
            InstantSource clock,
            Supplier<InProcessCalls> calls) {
        this.database = database;
        this.objects = objects;
        this.watching = watching;
        this.calls = calls;
        this.history = new History(database, watching);
        this.done = new DoneOperations(database, clock, settings.remember());
    }

    /// Answers `{"results": [...]}`, one for each of `{"operations": [...]}`.
    Answer push(Call call) {
        if (database.isInTransaction()) {
            throw new RialtoException(
                    ErrorCode.COMMAND_UNAVAILABLE, "sync can't be part of a transaction");
        }
        List<PushOperation> operations = operations(call.body());
        var writer = new OperationWriter(database, objects, watching, history, call, calls);
        var localIds = new LocalIds();
        ObjectNode answer = Json.object();
        ArrayNode results = answer.putArray("results");
        for (PushOperation operation : operations) {
            results.add(result(call, writer, localIds, operation));
        }
        done.cleanNowAndThen(call.app());
        return Answer.ok(answer);
    }

    private static List<PushOperation> operations(ObjectNode body) {
        if (!(body.path("operations") instanceof ArrayNode wire)) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "operations must be an array");
        }
        if (wire.size() > MAX_OPERATIONS) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "a request is limited to "
                            + MAX_OPERATIONS
                            + " operations, not "
                            + wire.size());
        }
        List<PushOperation> operations = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode each : wire) {
            PushOperation operation = PushOperation.read(each);
            if (!ids.add(operation.id())) {
                throw new RialtoException(
                        ErrorCode.INVALID_JSON, "two operations are called " + operation.id());
            }
            operations.add(operation);
        }
        return operations;
    }

    private ObjectNode result(
            Call call, OperationWriter writer, LocalIds localIds, PushOperation operation) {
        ObjectNode result = Json.object().put("id", operation.id());
        try {
            PushOperation resolved = localIds.resolve(operation);
            Outcome outcome = database.inTransaction(() -> once(call, writer, resolved));
            writer.remember(outcome);
            operation
                    .localId()
                    .filter(_ -> outcome.kind().wrote())
                    .ifPresent(local -> localIds.created(local, outcome.objectId()));
            outcome.seen(object -> objects.told(call, operation.className(), object)).write(result);
        } catch (RialtoException | StoreException failure) {
            RialtoException refusal = refusal(failure);
            result.put("result", "error").put("code", refusal.number());
            result.put("error", refusal.getMessage());
        }
        return result;
    }

    /// What an operation is answered that the server refused for good. When it may be done later,
    /// the whole request fails, to be sent again.
    private static RialtoException refusal(RuntimeException failure) {
        RialtoException refusal =
                failure instanceof RialtoException known
                        ? known
                        : StoreErrors.translate(failure).orElseThrow(() -> failure);
        return switch (refusal.code()) {
            case OVERLOADED, TIMEOUT, STORAGE_FULL, REQUEST_LIMIT_EXCEEDED, INTERNAL ->
                    throw refusal;
            default -> refusal;
        };
    }

    private Outcome once(Call call, OperationWriter writer, PushOperation operation) {
        var key =
                new DoneOperations.Key(call.app(), Fingerprint.name(call.caller()), operation.id());
        String fingerprint =
                Fingerprint.of(
                        List.of(
                                operation.kind().name(),
                                operation.className(),
                                operation.objectId(),
                                Json.write(operation.fields())));
        var before = done.begin(key);
        if (before.isPresent()) {
            if (!before.get().fingerprint().equals(fingerprint)) {
                throw new RialtoException(
                        ErrorCode.DUPLICATE_REQUEST,
                        "another operation with the id " + operation.id() + " was already done");
            }
            return writer.again(operation, before.get());
        }
        Outcome outcome = writer.write(operation);
        if (outcome.kind().wrote()) {
            done.finish(
                    key,
                    new DoneOperations.Done(
                            fingerprint,
                            outcome.kind().wireName(),
                            outcome.objectId(),
                            outcome.version()));
        } else {
            done.undo(key);
        }
        return outcome;
    }
}
