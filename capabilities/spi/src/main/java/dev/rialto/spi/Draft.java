package dev.rialto.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// A write that is about to happen; rules may change [#fields].
public final class Draft {
    private final App app;
    private final Caller caller;
    private final Optional<Call> call;
    private final String className;
    private final String objectId;
    private final ObjectNode fields;
    private final boolean creating;
    private final Optional<ObjectNode> original;
    private final Set<String> marks;
    private final ObjectNode responses = Json.object();

    /// A draft of one write.
    ///
    /// @param call the request the write came by; empty when the server itself writes
    /// @param fields wire form, atomic operations included, hidden fields too
    /// @param original the stored object with its hidden fields; only for updates, and only when
    ///   the rules asked for it
    public Draft(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            String objectId,
            ObjectNode fields,
            boolean creating,
            Optional<ObjectNode> original) {
        this(app, caller, call, className, objectId, fields, creating, original, new HashSet<>());
    }

    private Draft(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            String objectId,
            ObjectNode fields,
            boolean creating,
            Optional<ObjectNode> original,
            Set<String> marks) {
        this.app = app;
        this.caller = caller;
        this.call = call;
        this.className = className;
        this.objectId = objectId;
        this.fields = fields;
        this.creating = creating;
        this.original = original;
        this.marks = marks;
    }

    /// A copy to work on, so that a write which must be tried again begins with the same fields.
    public Draft attempt() {
        return new Draft(
                app,
                caller,
                call,
                className,
                objectId,
                fields.deepCopy(),
                creating,
                original,
                new HashSet<>(marks));
    }

    /// The same draft, now that the stored object is known.
    public Draft withOriginal(ObjectNode stored) {
        return new Draft(
                app,
                caller,
                call,
                className,
                objectId,
                fields,
                creating,
                Optional.of(stored),
                marks);
    }

    public App app() {
        return app;
    }

    public Caller caller() {
        return caller;
    }

    public Optional<Call> call() {
        return call;
    }

    public String className() {
        return className;
    }

    /// The id of the object, already chosen when it is being created.
    public String objectId() {
        return objectId;
    }

    public ObjectNode fields() {
        return fields;
    }

    public boolean creating() {
        return creating;
    }

    public Optional<ObjectNode> original() {
        return original;
    }

    /// What the rules tell the client of this write beside the object, by what it is about.
    public ObjectNode responses() {
        return responses;
    }

    /// Remembers something for the later hooks of the same write.
    public void mark(String mark) {
        marks.add(mark);
    }

    public boolean isMarked(String mark) {
        return marks.contains(mark);
    }
}
