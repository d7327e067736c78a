package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A create, update or delete of one object.
///
/// @param call the request it came by; empty when the server itself writes
/// @param fields wire form, atomic operations included; ignored by a delete
/// @param condition what the stored object must fulfil, in the form of a `where`
record WriteRequest(
        App app,
        Caller caller,
        Optional<Call> call,
        String className,
        String objectId,
        ObjectNode fields,
        Optional<ObjectNode> condition) {}
