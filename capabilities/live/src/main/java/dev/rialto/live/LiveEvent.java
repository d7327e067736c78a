package dev.rialto.live;

import dev.rialto.kernel.Json;
import dev.rialto.store.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What subscribers are told of a change, as they may see it. Its content is written once, however
/// many get it.
final class LiveEvent {
    private final EventKind kind;
    private final LogPosition position;
    private final ObjectNode object;
    private final Optional<ObjectNode> original;
    private final byte[] content;

    /// @param position in the log, just behind the change
    /// @param object as it is, or as it was last seen
    /// @param original as it was, if it was seen
    LiveEvent(
            EventKind kind,
            LogPosition position,
            ObjectNode object,
            Optional<ObjectNode> original) {
        this.kind = kind;
        this.position = position;
        this.object = object;
        this.original = original;
        ObjectNode members = Json.object();
        members.set("object", object);
        original.ifPresent(was -> members.set("original", was));
        this.content = Json.write(members).substring(1).getBytes(StandardCharsets.UTF_8);
    }

    EventKind kind() {
        return kind;
    }

    LogPosition position() {
        return position;
    }

    ObjectNode object() {
        return object;
    }

    Optional<ObjectNode> original() {
        return original;
    }

    /// The members `object` and `original` and the brace that ends the JSON object they are in.
    byte[] content() {
        return content;
    }
}
