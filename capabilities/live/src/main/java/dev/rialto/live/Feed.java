package dev.rialto.live;

import dev.rialto.http.EventBody;
import dev.rialto.http.Events;
import dev.rialto.http.Events.Event;
import dev.rialto.http.Outbox;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.Watching;
import dev.rialto.store.LogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One stream of the changes of a class. The id of each event is the position behind it.
///
/// A `reset` says that changes were missed: the client queries the class again, and continues from
/// the id that the reset carries.
final class Feed implements EventBody {
    private static final int MAX_EVENTS = 4_096;
    private static final long MAX_BYTES = 1 << 20;
    private static final long PIECE = 64 << 10;

    private final Subscriptions subscriptions;
    private final Guest guest;
    private final Watching.Request request;
    private final Optional<String> lastEvent;
    private final Duration heartbeat;
    private final Outbox<Event> outbox;

    /// @param lastEvent the id of the last event that the client has seen
    /// @param heartbeat after how much silence the client is told that the feed is there
    Feed(
            Subscriptions subscriptions,
            Guest guest,
            Watching.Request request,
            Optional<String> lastEvent,
            Duration heartbeat,
            Timing timing) {
        this.subscriptions = subscriptions;
        this.guest = guest;
        this.request = request;
        this.lastEvent = lastEvent;
        this.heartbeat = heartbeat;
        this.outbox = new Outbox<>(MAX_EVENTS, MAX_BYTES, event -> event.data().length(), timing);
    }

    @Override
    public void run(Events events) throws IOException, InterruptedException {
        Optional<Subscription> subscription = Optional.empty();
        try {
            subscription = Optional.of(subscribe(events));
            LogPosition reached = subscription.get().since();
            while (!outbox.isDrained()) {
                Optional<LogPosition> passedOn = subscriptions.passedOn();
                List<Event> next = outbox.take(heartbeat, PIECE);
                if (!next.isEmpty()) {
                    events.send(next);
                    reached = LogPosition.read(next.getLast().id()).orElse(reached);
                } else if (passedOn.isPresent() && passedOn.get().compareTo(reached) > 0) {
                    // Nothing waited in the outbox since, so the client has all up to there.
                    reached = passedOn.get();
                    events.mark(reached.token());
                } else {
                    events.comment("");
                }
            }
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        } catch (RialtoException refused) {
            events.send(List.of(error(refused)));
        } finally {
            subscription.ifPresent(subscriptions::unsubscribe);
        }
    }

    private Subscription subscribe(Events events) {
        Optional<LogPosition> resume = lastEvent.flatMap(LogPosition::read);
        if (resume.isPresent()) {
            try {
                var receiver = new FeedReceiver(events, true, false);
                return subscribe(receiver, resume);
            } catch (RialtoException refused) {
                if (refused.code() != ErrorCode.RESUME_EXPIRED) {
                    throw refused;
                }
            }
        }
        var receiver = new FeedReceiver(events, false, lastEvent.isPresent());
        return subscribe(receiver, Optional.empty());
    }

    private Subscription subscribe(FeedReceiver receiver, Optional<LogPosition> resume) {
        return subscriptions.subscribe(
                guest, subscriptions.caller(guest), request, receiver, resume);
    }

    private static Event error(RialtoException why) {
        return new Event(
                "",
                "error",
                Json.write(Json.object().put("code", why.number()).put("error", why.getMessage())));
    }

    /// What happened while the subscription caught up is written by the stream's own thread; what
    /// happens later waits in the outbox for it.
    private final class FeedReceiver implements Subscription.Receiver {
        private final Events events;
        private final Thread streaming = Thread.currentThread();
        private final boolean catchesUp;
        private final boolean missed;

        /// @param missed whether the client must be told that it missed something
        FeedReceiver(Events events, boolean catchesUp, boolean missed) {
            this.events = events;
            this.catchesUp = catchesUp;
            this.missed = missed;
        }

        @Override
        public void started(LogPosition position) {
            if (missed) {
                pass(new Event(position.token(), "reset", "{}"), catchesUp);
            }
            pass(new Event(position.token(), "open", "{}"), catchesUp);
        }

        @Override
        public void happened(LiveEvent event) {
            String data = "{" + new String(event.content(), StandardCharsets.UTF_8);
            boolean now = catchesUp && Thread.currentThread().equals(streaming);
            pass(new Event(event.position().token(), event.kind().wireName(), data), now);
        }

        @Override
        public void ended(RialtoException why) {
            outbox.end(List.of(error(why)));
        }

        private void pass(Event event, boolean now) {
            if (now) {
                try {
                    events.send(List.of(event));
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                }
            } else if (!outbox.offer(event)) {
                outbox.end(
                        List.of(
                                error(
                                        new RialtoException(
                                                ErrorCode.OVERLOADED,
                                                "the client is too slow: reconnect with the id of"
                                                        + " the last event it received"))));
            }
        }
    }
}
