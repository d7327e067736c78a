package dev.rialto.messages.spi;

import dev.rialto.kernel.App;

/// Sends messages to users.
public interface Messages {
    /// Puts a message into the outbox. In a transaction it is sent once that has committed, and not
    /// at all if it rolls back.
    ///
    /// @return its id
    /// @throws dev.rialto.kernel.RialtoException when the recipient is not valid, or there is no
    ///   such template
    String send(App app, NewMessage message);
}
