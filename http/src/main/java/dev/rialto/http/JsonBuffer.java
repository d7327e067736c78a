package dev.rialto.http;

import dev.rialto.http.Answer.JsonBody;
import dev.rialto.kernel.Json;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes of JSON text that grow as answers are written.
final class JsonBuffer extends OutputStream {
    private byte[] bytes = new byte[1024];
    private int length;

    @Override
    public void write(int b) {
        ensure(1);
        bytes[length++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    void write(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        write(utf8, 0, utf8.length);
    }

    /// Writes one value; when that fails the buffer is as before.
    void write(JsonBody body) {
        int before = length;
        boolean done = false;
        try (var generator = Json.mapper().createGenerator(this)) {
            body.write(generator);
            done = true;
        } finally {
            if (!done) {
                length = before;
            }
        }
    }

    void truncate(int shorter) {
        length = shorter;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
