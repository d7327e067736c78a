package dev.rialto.live;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Watching;
import dev.rialto.spi.Watching.Watch;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.LogPosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Tells what came into sight and what went out of sight when no object changed, but what its
/// viewer may see: a role was given or taken, or other pointers of a class show its objects.
///
/// What is told is how things were at the change, so that it goes together with the changes told
/// before and after: what the database has now is taken back to that by the log.
final class VisibilityChange {
    /// More than this is not compared; then the client must look for itself.
    static final int MAX_CHANGES = 1_000;

    private final ChangeLog log;
    private final Watching watching;

    /// Who sees what, before or after.
    private record VisibleObjects(Watch watch, Map<String, ObjectNode> objects) {
        void put(String id, ObjectNode object) {
            if (watch.query().holds(object) && watch.view().mayRead(object)) {
                objects.put(id, watch.view().shown(object));
            }
        }
    }

    VisibilityChange(ChangeLog log, Watching watching) {
        this.log = log;
        this.watching = watching;
    }

    /// A client that resumes from the position of any of these events but the last meets the change
    /// of its rights again.
    ///
    /// @param before who the subscriber was; empty if they are the same, and the class is not
    /// @param former what they could see
    /// @param position of the change
    /// @throws dev.rialto.kernel.RialtoException RESUME_EXPIRED when there is too much to tell
    List<LiveEvent> events(
            Subscription subscription,
            Optional<Caller> before,
            Watch former,
            LogPosition position) {
        App app = subscription.guest().app();
        Watching.Request request = subscription.request();
        var saw = new VisibleObjects(former, new LinkedHashMap<>());
        var sees = new VisibleObjects(subscription.watch(), new LinkedHashMap<>());
        if (before.isPresent()) {
            saw.objects().putAll(find(app, before.get(), request));
            sees.objects().putAll(find(app, subscription.caller(), request));
        } else {
            // The database knows the class only as it is now.
            find(app, new Caller.Master(), whole(request))
                    .forEach((id, object) -> {
                        saw.put(id, object);
                        sees.put(id, object);
                    });
        }
        takeBack(app, request.className(), position, List.of(saw, sees));
        Set<String> gone = new LinkedHashSet<>(saw.objects().keySet());
        gone.removeAll(sees.objects().keySet());
        Map<String, ObjectNode> come = new LinkedHashMap<>(sees.objects());
        come.keySet().removeAll(saw.objects().keySet());
        List<LiveEvent> events = new ArrayList<>();
        int count = gone.size() + come.size();
        Supplier<LogPosition> next =
                () -> events.size() + 1 == count ? position : position.before();
        for (String id : gone) {
            events.add(gone(request.className(), id, next.get()));
        }
        for (ObjectNode object : come.values()) {
            events.add(new LiveEvent(EventKind.ENTER, next.get(), object, Optional.empty()));
        }
        return events;
    }

    private static Watching.Request whole(Watching.Request request) {
        return Watching.all(request.className(), request.where());
    }

    private void takeBack(
            App app, String className, LogPosition position, List<VisibleObjects> views) {
        List<Change> since =
                log.committedSince(
                        position,
                        new ChangeLog.Scope.Tables(
                                app.schema(), List.of(watching.table(className))),
                        MAX_CHANGES);
        if (since.size() == MAX_CHANGES) {
            throw Replay.expired();
        }
        Set<String> takenBack = new HashSet<>();
        for (Change change : since) {
            String id = change.key();
            if (takenBack.add(id)) {
                Optional<ObjectNode> was =
                        change.before().flatMap(row -> watching.object(app, className, row));
                for (VisibleObjects view : views) {
                    view.objects().remove(id);
                    was.ifPresent(object -> view.put(id, object));
                }
            }
        }
    }

    /// The object may have changed since its viewer could see it: nothing of it is told but its id.
    private static LiveEvent gone(String className, String id, LogPosition position) {
        ObjectNode object = Json.object().put("objectId", id).put("className", className);
        return new LiveEvent(EventKind.LEAVE, position, object, Optional.empty());
    }

    private Map<String, ObjectNode> find(App app, Caller caller, Watching.Request request) {
        Map<String, ObjectNode> found = new LinkedHashMap<>();
        watching.find(app, caller, request, MAX_CHANGES)
                .forEach(object -> found.put(object.path("objectId").asString(""), object));
        if (found.size() >= MAX_CHANGES) {
            throw Replay.expired();
        }
        return found;
    }
}
