package dev.rialto.live;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.objects.spi.Watching;
import dev.rialto.store.LogPosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Tells what came into sight and what went out of sight when no object changed, but what its
/// viewer may see: a role was given or taken.
final class VisibilityChange {
    /// More than this is not compared; then the client must look for itself.
    static final int MOST = 1_000;

    private final Watching watching;

    VisibilityChange(Watching watching) {
        this.watching = watching;
    }

    /// @param before who the subscriber was
    /// @throws dev.rialto.kernel.RialtoException RESUME_EXPIRED when there is too much to tell
    List<LiveEvent> events(Subscription subscription, Caller before, LogPosition position) {
        App app = subscription.guest().app();
        Map<String, ObjectNode> seen = find(app, before, subscription.request());
        Map<String, ObjectNode> sees = find(app, subscription.caller(), subscription.request());
        if (seen.size() >= MOST || sees.size() >= MOST) {
            throw Subscriptions.expired();
        }
        List<LiveEvent> events = new ArrayList<>();
        for (String id : seen.keySet()) {
            if (!sees.containsKey(id)) {
                events.add(gone(subscription.request().className(), id, position));
            }
        }
        sees.forEach((id, object) -> {
            if (!seen.containsKey(id)) {
                events.add(new LiveEvent(EventKind.ENTER, position, object, Optional.empty()));
            }
        });
        return events;
    }

    /// The object may have changed since its viewer could see it: nothing of it is told but its id.
    private static LiveEvent gone(String className, String id, LogPosition position) {
        ObjectNode object = Json.object().put("objectId", id).put("className", className);
        return new LiveEvent(EventKind.LEAVE, position, object, Optional.empty());
    }

    private Map<String, ObjectNode> find(App app, Caller caller, Watching.Request request) {
        Map<String, ObjectNode> found = new LinkedHashMap<>();
        watching.find(app, caller, request, MOST)
                .forEach(object -> found.put(object.path("objectId").asString(""), object));
        return found;
    }
}
