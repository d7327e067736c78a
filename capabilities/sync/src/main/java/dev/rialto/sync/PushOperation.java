package dev.rialto.sync;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client did while it was away.
///
/// @param id made by the client; an operation with it happens once
/// @param objectId empty for a creation
/// @param localId what other operations of the same request call the object that this one creates
/// @param base `updatedAt` of the version that the client changed
/// @param was the values that the changed fields had in that version; a field that is not in it had
///   none
/// @param fields as a create or update takes them
record PushOperation(
        String id,
        Kind kind,
        String className,
        String objectId,
        Optional<String> localId,
        Optional<String> base,
        Optional<ObjectNode> was,
        Policy policy,
        ObjectNode fields) {
    static final String LOCAL = "local:";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,100}");
    private static final int MAX_LENGTH = 200;

    enum Kind {
        CREATE,
        UPDATE,
        DELETE
    }

    /// Who wins when both sides changed a field.
    enum Policy {
        /// Nobody: it is a conflict.
        ASK,
        CLIENT_WINS,
        SERVER_WINS
    }

    /// @throws RialtoException INVALID_JSON
    static PushOperation read(JsonNode wire) {
        String id = text(wire, "id").orElse("");
        if (!ID.matcher(id).matches()) {
            throw invalid(
                    "id of an operation must be 1 to 100 letters, digits, '.', '_', ':' or '-'");
        }
        Kind kind = choice(wire, "op", Kind.values(), id);
        Optional<String> localId = text(wire, "localId");
        if (localId.filter(local -> !local.startsWith(LOCAL)).isPresent()) {
            throw invalid("localId of operation " + id + " must begin with " + LOCAL);
        }
        String objectId = text(wire, "objectId").orElse("");
        if (objectId.isEmpty() == (kind != Kind.CREATE)) {
            throw invalid(
                    kind == Kind.CREATE
                            ? "objectId of operation " + id + ": the server chooses it; use localId"
                            : "operation " + id + " must name its objectId");
        }
        return new PushOperation(
                id,
                kind,
                text(wire, "className").orElse(""),
                objectId,
                localId,
                text(wire, "base"),
                object(wire, "was"),
                wire.has("policy") ? choice(wire, "policy", Policy.values(), id) : Policy.ASK,
                object(wire, "fields").orElseGet(Json::object));
    }

    PushOperation with(String knownId, ObjectNode knownFields) {
        return new PushOperation(
                id, kind, className, knownId, localId, base, was, policy, knownFields);
    }

    private static Optional<String> text(JsonNode wire, String name) {
        JsonNode value = wire.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().length() > MAX_LENGTH) {
            throw invalid(
                    name
                            + " of an operation must be a string of up to "
                            + MAX_LENGTH
                            + " characters");
        }
        return Optional.of(value.stringValue());
    }

    private static Optional<ObjectNode> object(JsonNode wire, String name) {
        JsonNode value = wire.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value instanceof ObjectNode object) {
            return Optional.of(object);
        }
        throw invalid(name + " of an operation must be an object");
    }

    private static <T extends Enum<T>> T choice(
            JsonNode wire, String name, T[] choices, String id) {
        String text = text(wire, name).orElse("");
        return Stream.of(choices)
                .filter(each -> wireName(each).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        invalid(
                                name
                                        + " of operation "
                                        + id
                                        + " must be one of "
                                        + String.join(
                                                ", ",
                                                Stream.of(choices)
                                                        .map(PushOperation::wireName)
                                                        .toList())));
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_JSON, message);
    }
}
