package dev.rialto.sync;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The objects that the operations of one request create, by the names that the client gave them.
final class LocalIds {
    private final Map<String, String> known = new HashMap<>();

    void created(String localId, String objectId) {
        known.put(localId, objectId);
    }

    /// The operation with the ids that the server gave.
    ///
    /// @throws RialtoException INVALID_POINTER when it is about an object that was not created
    PushOperation resolve(PushOperation operation) {
        ObjectNode fields = operation.fields().deepCopy();
        resolveInside(fields);
        return operation.with(resolve(operation.objectId()), fields);
    }

    private String resolve(String id) {
        if (!id.startsWith(PushOperation.LOCAL)) {
            return id;
        }
        String objectId = known.get(id);
        if (objectId == null) {
            throw new RialtoException(
                    ErrorCode.INVALID_POINTER, "no earlier operation has created " + id);
        }
        return objectId;
    }

    private void resolveInside(JsonNode value) {
        if (value instanceof ObjectNode object) {
            if (object.path("__type").asString("").equals("Pointer")) {
                object.put("objectId", resolve(object.path("objectId").asString("")));
            } else {
                object.forEach(this::resolveInside);
            }
        } else if (value instanceof ArrayNode elements) {
            elements.forEach(this::resolveInside);
        }
    }
}
