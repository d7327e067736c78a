package dev.rialto.http;

import java.util.Optional;

/// The way to one client: a bounded queue that one writer empties. May be used by any thread, and
/// never holds one up.
public interface Channel {
    /// Queues a message. False, and nothing is queued, when the queue is full or the channel ended;
    /// a client for which it is full is best ended.
    boolean send(Message message);

    /// Drops what is queued, sends this last message and a close frame, and cuts the connection
    /// when the client does not take them in time. Only the first end counts.
    ///
    /// @param closeCode of RFC 6455, or 4000 to 4999
    /// @param reason up to 123 bytes are sent
    void end(Optional<Message> last, int closeCode, String reason);

    /// Ends without a last message.
    default void end(int closeCode, String reason) {
        end(Optional.empty(), closeCode, reason);
    }

    /// What is queued, in bytes; each message counts 64 more than it has.
    long queuedBytes();

    /// Whether neither side has ended.
    boolean isOpen();

    /// The client's address, as the connection has it.
    String remoteAddress();
}
