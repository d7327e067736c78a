package dev.rialto.http;

import java.util.Map;
import java.util.Optional;

/// A WebSocket endpoint: where it is, and who talks there. The same address may serve HTTP.
///
/// @param path the whole path, e.g. `/v1`; with a slash at its end it is the same
/// @param opener begins each conversation
public record SocketEndpoint(String path, Opener opener, SocketLimits limits) {

    /// Begins conversations.
    public interface Opener {
        /// Called by the connection's own thread. What is thrown ends the connection with code
        /// 1011.
        Conversation open(Channel channel, Handshake handshake);
    }

    /// What the client said when it came.
    ///
    /// @param query the parameters of the address
    /// @param origin of the page that opened the socket, if it was one
    public record Handshake(
            String remoteAddress, Map<String, String> query, Optional<String> origin) {
        public Handshake {
            query = Map.copyOf(query);
        }
    }

    public SocketEndpoint {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException(
                    "the path of an endpoint begins with a slash and ends without: " + path);
        }
    }
}
