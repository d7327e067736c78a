package dev.rialto.http;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/// Finds out while a message is still arriving that it can't become UTF-8 any more.
final class Utf8Check {
    private static final int WINDOW = 256;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer decoded = CharBuffer.allocate(WINDOW);
    private int checked;

    /// Whether valid UTF-8 may begin like this.
    ///
    /// @param bytes all of the message that has arrived; what was checked before is not read again
    boolean mayBegin(byte[] bytes, int length) {
        var rest = ByteBuffer.wrap(bytes, checked, length - checked);
        while (true) {
            var result = decoder.decode(rest, decoded.clear(), false);
            if (result.isError()) {
                return false;
            }
            if (result.isUnderflow()) {
                checked = rest.position();
                return true;
            }
        }
    }
}
