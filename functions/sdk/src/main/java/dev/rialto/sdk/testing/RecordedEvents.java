package dev.rialto.sdk.testing;

import dev.rialto.sdk.Event;
import dev.rialto.sdk.Events;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// Events that were published, for a test to look at or to hand to a subscriber. Nobody else is
/// told.
public final class RecordedEvents implements Events {
    private final Clock clock;
    private final List<Event> published = new ArrayList<>();

    RecordedEvents(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void publish(String topic, Object payload) {
        published.add(
                new Event(
                        "event" + (published.size() + 1),
                        topic,
                        clock.instant(),
                        PlainValue.of(payload)));
    }

    /// All of them, the first one first. Records among payloads are maps, as for subscribers.
    public synchronized List<Event> published() {
        return List.copyOf(published);
    }
}
