package dev.rialto.messages.spi;

/// Hands messages over to a service that delivers them. Safe for use by many threads.
public interface MessageProvider extends AutoCloseable {
    /// What it is called in settings and in lists of messages, e.g. `smtp`.
    String name();

    /// Hands over a message.
    ///
    /// @return what the provider calls it
    /// @throws UndeliverableException when it will never be accepted
    /// @throws UnavailableException when it may be accepted later
    String deliver(Outgoing message) throws UndeliverableException, UnavailableException;

    /// Whether it hands messages to anybody. Those that it doesn't are kept with their text, as
    /// nobody else has it.
    default boolean delivers() {
        return true;
    }

    /// Ends what is being handed over.
    @Override
    void close();

    /// A message as it is sent.
    ///
    /// @param id unique, and the same at each attempt: providers that know such ids don't send it
    ///   twice
    /// @param body plain text
    /// @param html the same as HTML; empty when there is none
    record Outgoing(
            String id,
            String app,
            Channel channel,
            String recipient,
            String subject,
            String body,
            String html) {
        /// Doesn't show the content.
        @Override
        public String toString() {
            return id + " by " + channel.text();
        }
    }

    /// A message that is never accepted.
    final class UndeliverableException extends Exception {
        private final boolean bounced;

        /// @param bounced whether its recipient does not exist
        public UndeliverableException(String message, boolean bounced) {
            super(message);
            this.bounced = bounced;
        }

        public boolean isBounced() {
            return bounced;
        }
    }

    /// A provider that can't accept a message now.
    final class UnavailableException extends Exception {
        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }

        public UnavailableException(String message) {
            super(message);
        }
    }
}
