package dev.rialto.sync;

import dev.rialto.http.Call;
import dev.rialto.http.InProcessCalls;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Objects;
import dev.rialto.spi.Watching;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Does the operations of one request, as its caller.
final class OperationWriter {
    private final Database database;
    private final Objects objects;
    private final Watching watching;
    private final History history;
    private final Call call;
    private final Supplier<InProcessCalls> calls;

    /// The versions that this request's operations made, by object.
    private final Map<String, Set<String>> own = new HashMap<>();

    /// The objects that others have changed as well.
    private final Set<String> merged = new HashSet<>();

    /// @param calls known when requests are served
    OperationWriter(
            Database database,
            Objects objects,
            Watching watching,
            History history,
            Call call,
            Supplier<InProcessCalls> calls) {
        this.database = database;
        this.objects = objects;
        this.watching = watching;
        this.history = history;
        this.call = call;
        this.calls = calls;
    }

    /// Does what a request of its own would have asked for, which it is checked and counted as.
    private <T> T perform(String id, Map<String, String> path, Supplier<T> work) {
        var source =
                new InProcessCalls.Source(
                        call.remoteAddress(), call.installationId(), call.requestId());
        return calls.get()
                .perform(
                        new InProcessCalls.Direct(call.app(), call.caller(), id, path, source),
                        work);
    }

    private static Map<String, String> path(PushOperation operation) {
        return Map.of("className", operation.className(), "objectId", operation.objectId());
    }

    /// Keeps what the operations to come must not take for changes of others.
    void remember(Outcome outcome) {
        if (outcome.kind() == Outcome.Kind.MERGED) {
            merged.add(outcome.objectId());
        }
        if (!outcome.version().isEmpty()) {
            own.computeIfAbsent(outcome.objectId(), _ -> new HashSet<>()).add(outcome.version());
        }
    }

    /// Answers an operation that is done already.
    Outcome again(PushOperation operation, DoneOperations.Done done) {
        Optional<ObjectNode> object =
                operation.kind() == PushOperation.Kind.DELETE
                        ? Optional.empty()
                        : read(operation.className(), done.objectId());
        return new Outcome(
                Outcome.Kind.read(done.result()),
                done.objectId(),
                object,
                done.version(),
                Optional.empty(),
                Set.of());
    }

    /// Does an operation, in the transaction of the caller of this method.
    Outcome write(PushOperation operation) {
        return switch (operation.kind()) {
            case CREATE -> create(operation);
            case UPDATE -> update(operation);
            case DELETE -> delete(operation);
        };
    }

    private Outcome create(PushOperation operation) {
        if (operation.className().startsWith("_")) {
            throw new RialtoException(
                    ErrorCode.COMMAND_UNAVAILABLE,
                    "objects of " + operation.className() + " can't be created offline");
        }
        ObjectNode created =
                perform(
                        "objects.create",
                        Map.of("className", operation.className()),
                        () ->
                                objects.create(
                                        call.app(),
                                        call.caller(),
                                        Optional.of(call),
                                        operation.className(),
                                        operation.fields().deepCopy()));
        String objectId = created.path("objectId").asString("");
        Outcome outcome =
                Outcome.done(Outcome.Kind.APPLIED, objectId, read(operation.className(), objectId));
        return new Outcome(
                outcome.kind(),
                objectId,
                outcome.object(),
                created.path("createdAt").asString(""),
                Optional.empty(),
                Set.of());
    }

    private Outcome update(PushOperation operation) {
        Optional<ObjectNode> found = locked(operation);
        if (found.isEmpty()) {
            return Outcome.conflict(operation, found, Set.of());
        }
        ObjectNode server = found.get();
        var merge = new FieldMerge(operation.fields(), server);
        Set<String> clashes =
                merge.setsSomething() && operation.policy() != PushOperation.Policy.CLIENT_WINS
                        ? merge.clashes(changed(operation, server))
                        : Set.of();
        if (!clashes.isEmpty() && operation.policy() == PushOperation.Policy.ASK) {
            return Outcome.conflict(operation, found, clashes);
        }
        ObjectNode fields = merge.without(clashes);
        if (!fields.isEmpty()) {
            perform(
                    "objects.update",
                    path(operation),
                    () ->
                            objects.update(
                                    call.app(),
                                    call.caller(),
                                    Optional.of(call),
                                    operation.className(),
                                    operation.objectId(),
                                    fields));
        }
        return Outcome.done(
                isAlone(operation, server) ? Outcome.Kind.APPLIED : Outcome.Kind.MERGED,
                operation.objectId(),
                read(operation.className(), operation.objectId()));
    }

    /// Tells of a field whether others changed it since the client saw the object.
    private Predicate<String> changed(PushOperation operation, ObjectNode server) {
        if (operation.was().isPresent()) {
            ObjectNode was = operation.was().get();
            return key ->
                    !FieldMerge.same(FieldMerge.value(was, key), FieldMerge.value(server, key));
        }
        Optional<Set<String>> changed = changedByLog(operation, server);
        return changed.isPresent() ? key -> changed.get().contains(root(key)) : _ -> true;
    }

    private Outcome delete(PushOperation operation) {
        Optional<ObjectNode> found = locked(operation);
        if (found.isEmpty()) {
            // For this caller it is not there: nothing is left to do.
            return Outcome.done(Outcome.Kind.APPLIED, operation.objectId(), found);
        }
        ObjectNode server = found.get();
        boolean untouched =
                isBase(operation, server)
                        || (isOwn(operation, server)
                                && changedByLog(operation, server)
                                        .filter(Set::isEmpty)
                                        .isPresent());
        if (!untouched) {
            switch (operation.policy()) {
                case ASK -> {
                    return Outcome.conflict(operation, found, Set.of());
                }
                case SERVER_WINS -> {
                    return Outcome.done(Outcome.Kind.MERGED, operation.objectId(), found);
                }
                case CLIENT_WINS -> {}
            }
        }
        perform(
                "objects.delete",
                path(operation),
                () -> {
                    objects.delete(
                            call.app(), call.caller(), operation.className(), operation.objectId());
                    return operation;
                });
        return Outcome.done(
                untouched ? Outcome.Kind.APPLIED : Outcome.Kind.MERGED,
                operation.objectId(),
                Optional.empty());
    }

    /// Whether the object is as the client saw it, but for what this request did to it.
    private boolean isAlone(PushOperation operation, ObjectNode server) {
        return operation.base().isEmpty()
                || isBase(operation, server)
                || (isOwn(operation, server) && !merged.contains(operation.objectId()));
    }

    /// Whether an operation of this request made the object what it is.
    private boolean isOwn(PushOperation operation, ObjectNode server) {
        return ownVersions(operation).contains(server.path("updatedAt").asString(""));
    }

    private Set<String> ownVersions(PushOperation operation) {
        return own.getOrDefault(operation.objectId(), Set.of());
    }

    private static boolean isBase(PushOperation operation, ObjectNode server) {
        return operation.base().filter(server.path("updatedAt").asString("")::equals).isPresent();
    }

    /// The fields that others changed since the client saw the object; empty when that is unknown.
    private Optional<Set<String>> changedByLog(PushOperation operation, ObjectNode server) {
        Set<String> mine = ownVersions(operation);
        String base = operation.base().orElseGet(() -> server.path("createdAt").asString(""));
        if (operation.base().isEmpty() && !mine.contains(base)) {
            return Optional.empty();
        }
        if (server.path("updatedAt").asString("").equals(base)) {
            return Optional.of(Set.of());
        }
        return history.changedSince(
                new History.Subject(
                        call.app(), call.caller(), operation.className(), operation.objectId()),
                base,
                mine);
    }

    private static String root(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    /// The object as the caller sees it, kept from changing until the transaction ends.
    private Optional<ObjectNode> locked(PushOperation operation) {
        if (read(operation.className(), operation.objectId()).isEmpty()) {
            return Optional.empty();
        }
        database.queryFirst(
                Sql.of("SELECT true FROM ")
                        .addName(call.app().schema())
                        .add(".")
                        .addName(watching.table(operation.className()))
                        .add(" WHERE \"objectId\" = ? FOR UPDATE", operation.objectId()),
                row -> row.getBoolean(1));
        return read(operation.className(), operation.objectId());
    }

    private Optional<ObjectNode> read(String className, String objectId) {
        try {
            return objects.get(call.app(), call.caller(), className, objectId);
        } catch (RialtoException refused) {
            if (refused.code() == ErrorCode.OPERATION_FORBIDDEN) {
                // Who may write may not be let read.
                return Optional.empty();
            }
            throw refused;
        }
    }
}
