package dev.rialto.sync;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What became of an operation.
///
/// @param object as the caller sees it now; empty when it is gone
/// @param version `updatedAt` that the operation left; empty if it left no object
/// @param fields of the client, in a conflict
/// @param clashes the keys that both sides gave different values
record Outcome(
        Kind kind,
        String objectId,
        Optional<ObjectNode> object,
        String version,
        Optional<ObjectNode> fields,
        Set<String> clashes) {
    enum Kind {
        /// Done as it was meant.
        APPLIED,
        /// Done beside what others had changed, or settled by its policy.
        MERGED,
        /// Not done: it would undo what others did.
        CONFLICT;

        boolean wrote() {
            return this != CONFLICT;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind read(String wireName) {
            return Stream.of(values())
                    .filter(each -> each.wireName().equals(wireName))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no outcome: " + wireName));
        }
    }

    static Outcome done(Kind kind, String objectId, Optional<ObjectNode> object) {
        return new Outcome(
                kind,
                objectId,
                object,
                object.map(found -> found.path("updatedAt").asString("")).orElse(""),
                Optional.empty(),
                Set.of());
    }

    static Outcome conflict(
            PushOperation operation, Optional<ObjectNode> object, Set<String> clashes) {
        return new Outcome(
                Kind.CONFLICT,
                operation.objectId(),
                object,
                "",
                Optional.of(operation.fields()),
                clashes);
    }

    /// The same with the object as the client is shown it.
    Outcome seen(Function<ObjectNode, Optional<ObjectNode>> shown) {
        return new Outcome(kind, objectId, object.flatMap(shown), version, fields, clashes);
    }

    void write(ObjectNode result) {
        result.put("result", kind.wireName()).put("objectId", objectId);
        if (object.isPresent()) {
            result.set("object", object.get());
            result.set("base", object.get().path("updatedAt"));
        } else {
            result.putNull("object");
        }
        fields.ifPresent(sent -> result.set("fields", sent));
        if (!clashes.isEmpty()) {
            ArrayNode names = result.putArray("clashes");
            clashes.forEach(names::add);
        }
    }
}
