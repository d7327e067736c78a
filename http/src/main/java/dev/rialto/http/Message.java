package dev.rialto.http;

import java.nio.charset.StandardCharsets;

/// A text message in two parts, UTF-8 both: what is one client's own, and what all clients that get
/// it share. Neither is copied before it is written, so they must not be changed.
///
/// @param head comes first; may be empty
/// @param tail may be shared by any number of messages
public record Message(byte[] head, byte[] tail) {
    private static final byte[] NOTHING = {};

    public Message {
        Math.addExact(head.length, tail.length);
    }

    public static Message of(byte[] utf8) {
        return new Message(NOTHING, utf8);
    }

    public static Message of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The bytes of both parts.
    public int length() {
        return head.length + tail.length;
    }
}
