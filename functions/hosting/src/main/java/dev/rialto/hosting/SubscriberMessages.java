package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Watching;
import dev.rialto.store.Change;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What subscribers are told of the changes in the log: objects as holders of the master key see
/// them, and events.
final class SubscriberMessages {
    /// Where the log tells that a class was changed: rows behind that need the class as it is then.
    private static final String CLASSES = "_schema";

    private final Watching watching;

    SubscriberMessages(Watching watching) {
        this.watching = watching;
    }

    /// The table whose changes a subscriber is told.
    String table(Binding subscription) {
        return subscription instanceof Binding.OnChange(String className)
                ? watching.table(className)
                : EventStore.TABLE;
    }

    /// The tables whose changes have to be read for that.
    List<String> tables(Binding subscription) {
        return subscription instanceof Binding.OnChange
                ? List.of(table(subscription), CLASSES)
                : List.of(table(subscription));
    }

    /// What a subscriber is told of a change; empty when it is none of its business.
    Optional<ObjectNode> of(App app, Binding subscription, Change change) {
        if (subscription instanceof Binding.OnEvent(String topic)) {
            return EventStore.told(change, topic);
        }
        if (change.table().equals(CLASSES)) {
            watching.classChanged(app, change.key());
            return Optional.empty();
        }
        return subscription instanceof Binding.OnChange(String className)
                ? told(app, className, change)
                : Optional.empty();
    }

    private Optional<ObjectNode> told(App app, String className, Change change) {
        Watching.View view =
                watching.watch(app, new Caller.Master(), Watching.all(className, Json.object()))
                        .view();
        Optional<ObjectNode> before =
                change.before().flatMap(row -> shown(app, className, row, view));
        Optional<ObjectNode> after =
                change.after().flatMap(row -> shown(app, className, row, view));
        ObjectNode told =
                Json.object().put("kind", kind(change)).put("position", change.position().number());
        Optional<ObjectNode> object = after.or(() -> before);
        object.ifPresent(each -> told.set("object", each));
        told.set("original", before.isPresent() ? before.get() : Json.nodes().nullNode());
        // Without an object the class is gone in the meantime.
        return object.map(_ -> told);
    }

    private Optional<ObjectNode> shown(App app, String className, String row, Watching.View view) {
        return watching.object(app, className, row).map(view::shown);
    }

    private static String kind(Change change) {
        if (change.before().isEmpty()) {
            return "create";
        }
        return change.after().isPresent() ? "update" : "delete";
    }
}
