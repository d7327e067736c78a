package dev.rialto.messages;

import dev.rialto.messages.spi.MessageProvider;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A provider that does as it is told.
final class ScriptedProvider implements MessageProvider {
    /// The ids of what it has accepted.
    final List<String> delivered = new CopyOnWriteArrayList<>();

    /// What it throws first, one for each message.
    final List<Exception> failures = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public String deliver(Outgoing message) throws UndeliverableException, UnavailableException {
        if (!failures.isEmpty()) {
            switch (failures.removeFirst()) {
                case UndeliverableException never -> throw never;
                case UnavailableException later -> throw later;
                case Exception other -> throw new IllegalStateException(other);
            }
        }
        delivered.add(message.id());
        return "provider-" + message.id();
    }

    @Override
    public void close() {}
}
