package dev.rialto.http;

import dev.rialto.http.SocketEndpoint.Handshake;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A WebSocket endpoint that echoes, and does a few things when it is told to.
final class Chatter implements SocketEndpoint.Opener {
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    /// The channels over which `me` came.
    final BlockingQueue<Channel> spoke = new LinkedBlockingQueue<>();

    final Set<Channel> gone = ConcurrentHashMap.newKeySet();

    SocketEndpoint at(String path, SocketLimits limits) {
        return new SocketEndpoint(path, this, limits);
    }

    @Override
    public Conversation open(Channel channel, Handshake handshake) {
        opened.incrementAndGet();
        return new Conversation() {
            @Override
            public void received(String text) {
                switch (text) {
                    case "who" ->
                            channel.send(
                                    Message.of(
                                            handshake.query()
                                                    + " "
                                                    + handshake.origin()
                                                    + " "
                                                    + handshake.remoteAddress()));
                    case "fail" -> throw new IllegalStateException("told to");
                    case "end" -> channel.end(Optional.of(Message.of("bye")), 4001, "told to");
                    case "me" -> {
                        spoke.add(channel);
                        channel.send(Message.of(text));
                    }
                    default -> channel.send(Message.of(text));
                }
            }

            @Override
            public void closed() {
                closed.incrementAndGet();
                gone.add(channel);
            }
        };
    }
}
