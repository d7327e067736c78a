package dev.rialto.http;

import java.time.Duration;

/// What one WebSocket may cost.
///
/// @param message bytes of a message from the client
/// @param queueMessages messages that may wait for the client
/// @param queueBytes bytes that may wait for the client
/// @param ping how often the client is asked whether it is there; one that leaves two in a row
///   unanswered is cut off before the third
/// @param writeTimeout how long a client may take nothing while something waits for it
public record SocketLimits(
        int message, int queueMessages, long queueBytes, Duration ping, Duration writeTimeout) {
    public static final SocketLimits DEFAULT =
            new SocketLimits(
                    256 << 10, 4096, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(20));

    public SocketLimits {
        positive("http.max-socket-message", message);
        positive("http.socket-queue-messages", queueMessages);
        positive("http.socket-queue-bytes", queueBytes);
        positive("http.socket-ping", ping.toMillis());
        positive("http.socket-write-timeout", writeTimeout.toMillis());
    }

    private static void positive(String key, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(key + " must be positive: " + value);
        }
    }
}
