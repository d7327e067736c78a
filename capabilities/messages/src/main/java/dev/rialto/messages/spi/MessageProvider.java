package dev.rialto.messages.spi;

import java.util.Map;
import java.util.Optional;

/// Hands messages over to a service that delivers them. Safe for use by many threads.
public interface MessageProvider extends AutoCloseable {
    /// The value that is the address of [Outgoing#unsubscribe].
    String UNSUBSCRIBE = "unsubscribe";

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
    /// @param source for providers that have templates of their own
    record Outgoing(
            String id,
            String app,
            Channel channel,
            String recipient,
            MessageText text,
            Source source) {
        /// The address by which its recipient unsubscribes from such messages; empty for those that
        /// are essential.
        public Optional<String> unsubscribe() {
            return Optional.ofNullable(source.values().get(UNSUBSCRIBE));
        }

        /// Doesn't show the content.
        @Override
        public String toString() {
            return id + " by " + channel.text();
        }
    }

    /// What the text of a message was made of.
    ///
    /// @param template the name of the template
    /// @param language of the text
    record Source(String template, String language, Map<String, String> values) {
        public Source {
            values = Map.copyOf(values);
        }

        /// Doesn't show the values, which may have codes.
        @Override
        public String toString() {
            return template + " in " + language;
        }
    }

    /// A message that is never accepted.
    final class UndeliverableException extends Exception {
        private final boolean bounced;

        /// @param bounced whether its recipient does not exist, or wants no messages: it is sent
        ///   nothing more
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
