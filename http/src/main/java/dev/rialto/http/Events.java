package dev.rialto.http;

import java.io.IOException;
import java.util.List;

/// The way of server-sent events to one client. Each call leaves at once, and waits while the
/// client lags behind; used by the one thread that runs the [EventBody].
public interface Events {
    /// One event.
    ///
    /// @param id what the client sends as `Last-Event-ID` when it reconnects; empty for none
    /// @param type what the client listens for; empty is `message`
    /// @param data any text
    record Event(String id, String type, String data) {
        public Event {
            if (!isLine(id) || !isLine(type)) {
                throw new IllegalArgumentException("id and type of an event are one line");
            }
        }

        private static boolean isLine(String text) {
            return text.chars().noneMatch(c -> c == '\n' || c == '\r' || c == 0);
        }
    }

    /// Sends events, all in one piece if they are small.
    ///
    /// @throws IOException when the client has gone; the body then best ends
    void send(List<Event> events) throws IOException;

    default void send(String id, String type, String data) throws IOException {
        send(List.of(new Event(id, type, data)));
    }

    /// Sends what clients ignore, so that neither they nor proxies take the connection for dead,
    /// and the server learns when the client has gone.
    void comment(String text) throws IOException;

    /// As a comment, and tells from where to go on: an id without an event.
    ///
    /// @param id as that of an [Event]
    void mark(String id) throws IOException;
}
