package dev.rialto.live;

import dev.rialto.spi.Watching.View;
import dev.rialto.spi.Watching.WatchedQuery;
import dev.rialto.store.LogPosition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A change of one object, held against queries. What it looks like to a view is made once for all
/// views that show the same. Used by one thread.
final class ObjectChange {
    private final LogPosition position;
    private final Optional<ObjectNode> before;
    private final Optional<ObjectNode> after;
    private final Map<AccessState, LiveEvent> events = new HashMap<>();

    /// What decides how an event looks.
    private record AccessState(
            Object shape, EventKind kind, boolean sawBefore, boolean seesAfter) {}

    /// How far a query holds for the object.
    record Match(boolean before, boolean after) {
        boolean isAny() {
            return before || after;
        }
    }

    ObjectChange(LogPosition position, Optional<ObjectNode> before, Optional<ObjectNode> after) {
        this.position = position;
        this.before = before;
        this.after = after;
    }

    LogPosition position() {
        return position;
    }

    Optional<ObjectNode> before() {
        return before;
    }

    Optional<ObjectNode> after() {
        return after;
    }

    Match match(WatchedQuery query) {
        return new Match(
                before.filter(query::holds).isPresent(), after.filter(query::holds).isPresent());
    }

    /// What the change means to those who see with a view.
    Optional<LiveEvent> event(View view, Match match) {
        boolean mayReadBefore = before.filter(view::mayRead).isPresent();
        boolean mayReadAfter = after.filter(view::mayRead).isPresent();
        return EventKind.of(
                        match.before() && mayReadBefore,
                        match.after() && mayReadAfter,
                        before.isPresent(),
                        after.isPresent())
                .map(kind ->
                        events.computeIfAbsent(
                                new AccessState(view.shape(), kind, mayReadBefore, mayReadAfter),
                                state -> render(view, state)));
    }

    private LiveEvent render(View view, AccessState state) {
        Optional<ObjectNode> original =
                state.sawBefore() ? before.map(view::shown) : Optional.empty();
        Optional<ObjectNode> current = state.seesAfter() ? after.map(view::shown) : original;
        boolean tellsOriginal =
                state.kind() != EventKind.DELETE && state.kind() != EventKind.CREATE;
        return new LiveEvent(
                state.kind(),
                position,
                current.orElseThrow(),
                tellsOriginal ? original : Optional.empty());
    }
}
