package dev.rialto.http;

import java.io.IOException;

/// Writes server-sent events until it has no more. It runs on the request's thread, after the
/// operation's handler has returned and the request's permit is given back, with nothing of the
/// handler's scope.
public interface EventBody {
    /// Best waits in [Outbox#take] and comments a few times per minute: that is how it notices that
    /// the client has gone.
    ///
    /// @throws IOException as [Events] throws it; ends the stream silently
    /// @throws InterruptedException when the server stops; ends the stream
    void run(Events events) throws IOException, InterruptedException;
}
