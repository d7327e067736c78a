package dev.rialto.live;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Watching;
import dev.rialto.spi.Watching.Watch;
import dev.rialto.store.LogPosition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One query that one client follows. What changes here is changed by [Subscriptions] alone, under
/// its lock.
final class Subscription {
    /// Takes events to a client. Calls come one at a time, hold others up, and must not fail.
    interface Receiver {
        /// From here on it is told of what happens.
        void started(LogPosition position);

        void happened(LiveEvent event);

        /// Holds up whoever catches up for this client while much is on its way to it already.
        default void awaitRoom() throws InterruptedException {}

        /// An event could not be told. The others are.
        default void failed(RialtoException why) {
            ended(why);
        }

        /// It is over: access was withdrawn, or events were missed.
        void ended(RialtoException why);
    }

    private final Guest guest;
    private final Watching.Request request;
    private final Delivery delivery;
    private Caller caller;
    private Watch watch;
    private LogPosition since;

    Subscription(
            Guest guest,
            Watching.Request request,
            Delivery delivery,
            Caller caller,
            Watch watch,
            LogPosition since) {
        this.guest = guest;
        this.request = request;
        this.delivery = delivery;
        this.caller = caller;
        this.watch = watch;
        this.since = since;
    }

    Guest guest() {
        return guest;
    }

    Watching.Request request() {
        return request;
    }

    Delivery delivery() {
        return delivery;
    }

    Caller caller() {
        return caller;
    }

    Watch watch() {
        return watch;
    }

    LogPosition since() {
        return since;
    }

    void startFrom(LogPosition position) {
        since = position;
    }

    void readmit(Caller newCaller, Watch newWatch) {
        caller = newCaller;
        watch = newWatch;
    }

    /// Passes on an event, if it is news and of interest.
    void tell(LiveEvent event) {
        if (event.position().compareTo(since) > 0 && isOfInterest(event)) {
            pass(event);
        }
    }

    /// Passes on an event of which is known that it concerns the subscriber.
    void pass(LiveEvent event) {
        delivery.pass(event, caller, request);
    }

    void end(RialtoException why) {
        delivery.end(why);
    }

    /// Who watches certain fields doesn't hear of updates of others.
    private boolean isOfInterest(LiveEvent event) {
        List<String> fields = request.watch();
        if (fields.isEmpty()) {
            return true;
        }
        return switch (event.kind()) {
            case ENTER, LEAVE, DELETE -> true;
            case CREATE -> fields.stream().anyMatch(field -> has(event.object(), field));
            case UPDATE ->
                    fields.stream()
                            .anyMatch(field -> differs(event.original(), event.object(), field));
        };
    }

    private static boolean has(ObjectNode object, String field) {
        return object.has(root(field));
    }

    private static boolean differs(Optional<ObjectNode> before, ObjectNode after, String field) {
        return !Objects.equals(
                before.map(object -> object.get(root(field))).orElse(null), after.get(root(field)));
    }

    private static String root(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }
}
