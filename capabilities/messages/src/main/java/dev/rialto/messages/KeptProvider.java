package dev.rialto.messages;

import dev.rialto.messages.spi.MessageProvider;

/// Delivers nothing: messages are kept, and the owner of the app reads them in the list. So they
/// can be tried on a laptop before anything is configured.
final class KeptProvider implements MessageProvider {
    static final String NAME = "kept";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String deliver(Outgoing message) {
        return message.id();
    }

    @Override
    public boolean delivers() {
        return false;
    }

    @Override
    public void close() {
        // It has nothing open.
    }
}
