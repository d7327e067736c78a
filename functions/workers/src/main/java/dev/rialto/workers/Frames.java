package dev.rialto.workers;

import dev.rialto.kernel.Json;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The wire format between server and worker: JSON objects, each preceded by its length in four
/// bytes.
public final class Frames {
    /// The version of the protocol.
    public static final int PROTOCOL = 1;

    /// The environment variable that tells a worker where its socket is.
    public static final String SOCKET_VARIABLE = "RIALTO_SOCKET";

    /// No length of a frame: the stream has ended.
    static final int END = -1;

    private static final int MAX_SIZE = 64 << 20;

    private Frames() {}

    /// Reads a frame; empty at the end of the stream.
    ///
    /// @throws IOException if the input is not a frame
    public static Optional<ObjectNode> read(DataInputStream in) throws IOException {
        int length = length(in);
        if (length == END) {
            return Optional.empty();
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return Optional.of(parsed(body));
    }

    /// Reads the length of the next frame; [#END] at the end of the stream.
    static int length(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException end) {
            return END;
        }
        if (length < 2 || length > MAX_SIZE) {
            throw new IOException("a frame of " + length + " bytes");
        }
        return length;
    }

    static ObjectNode parsed(byte[] body) throws IOException {
        try {
            JsonNode frame = Json.mapper().readTree(body);
            return (ObjectNode) frame;
        } catch (JacksonException | ClassCastException unreadable) {
            throw new IOException("a frame that is not a JSON object", unreadable);
        }
    }

    /// @throws IllegalArgumentException when the frame is too large for the other side
    public static byte[] bytes(ObjectNode frame) {
        byte[] body = Json.mapper().writeValueAsBytes(frame);
        if (body.length > MAX_SIZE) {
            throw new IllegalArgumentException(
                    body.length + " bytes are more than a frame of the worker protocol holds");
        }
        return ByteBuffer.allocate(Integer.BYTES + body.length)
                .putInt(body.length)
                .put(body)
                .array();
    }
}
