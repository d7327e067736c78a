package dev.rialto.http;

import dev.rialto.http.SocketEndpoint.Handshake;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A WebSocket endpoint that echoes, and does a few things when it is told to.
final class Chatter implements SocketEndpoint.Opener {
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final BlockingQueue<Channel> channels = new LinkedBlockingQueue<>();

    SocketEndpoint at(String path, SocketLimits limits) {
        return new SocketEndpoint(path, this, limits);
    }

    @Override
    public Conversation open(Channel channel, Handshake handshake) {
        opened.incrementAndGet();
        channels.add(channel);
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
                    default -> channel.send(Message.of(text));
                }
            }

            @Override
            public void closed() {
                closed.incrementAndGet();
            }
        };
    }
}
