package dev.rialto.runtime;

import dev.rialto.hardening.FunctionThread;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.util.JsonGeneratorDelegate;

/// A value that a function returns or passes on. Limits the size and the depth of its JSON while it
/// is written: the same list may occur in it many times over, or contain itself.
final class OutgoingValue {
    private static final int LOOK_EVERY = 1 << 10;

    private final long max;
    private long left;
    private int depth;
    private int untilLook = LOOK_EVERY;

    /// @param max bytes of JSON
    OutgoingValue(long max) {
        this.max = max;
        this.left = max;
    }

    /// What stands between values: a comma, brackets, a colon.
    void value(long bytes) {
        take(bytes + 1);
    }

    void text(String text) {
        // Texts of one character for each byte, which nearly all are, need no closer look when
        // small.
        take(text.length() + 3L);
        if (text.length() > 16) {
            take(extra(text));
        }
    }

    /// The bytes that a String takes beside one for each character.
    private static long extra(String text) {
        long extra = 0;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each < ' ') {
                extra += 5;
            } else if (each == '"' || each == '\\') {
                extra++;
            } else if (each >= 0x80) {
                extra += each >= 0x800 && !Character.isSurrogate(each) ? 2 : 1;
            }
        }
        return extra;
    }

    /// @throws RialtoException OBJECT_TOO_LARGE
    private void take(long bytes) {
        left -= bytes;
        if (left < 0) {
            throw new RialtoException(
                    ErrorCode.OBJECT_TOO_LARGE,
                    "what a function passes on at once must have at most "
                            + max
                            + " bytes as JSON");
        }
        untilLook--;
        if (untilLook == 0) {
            untilLook = LOOK_EVERY;
            // To write is part of the call.
            FunctionThread.checkStopped();
        }
    }

    /// An object or a list begins.
    ///
    /// @throws RialtoException INVALID_JSON when that is too deep
    void enter() {
        take(2);
        depth++;
        if (depth > Json.MAX_DEPTH) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    "what a function passes on must not be nested deeper than "
                            + Json.MAX_DEPTH
                            + " levels or contain itself");
        }
    }

    void leave() {
        depth--;
    }

    /// Lets Jackson write a part of the value.
    JsonGenerator over(JsonGenerator out) {
        return new Counted(out);
    }

    private final class Counted extends JsonGeneratorDelegate {
        Counted(JsonGenerator out) {
            super(out, false);
        }

        @Override
        public JsonGenerator writeStartArray() {
            enter();
            return super.writeStartArray();
        }

        @Override
        public JsonGenerator writeStartArray(Object value) {
            enter();
            return super.writeStartArray(value);
        }

        @Override
        public JsonGenerator writeStartArray(Object value, int size) {
            enter();
            return super.writeStartArray(value, size);
        }

        @Override
        public JsonGenerator writeEndArray() {
            leave();
            return super.writeEndArray();
        }

        @Override
        public JsonGenerator writeStartObject() {
            enter();
            return super.writeStartObject();
        }

        @Override
        public JsonGenerator writeStartObject(Object value) {
            enter();
            return super.writeStartObject(value);
        }

        @Override
        public JsonGenerator writeStartObject(Object value, int size) {
            enter();
            return super.writeStartObject(value, size);
        }

        @Override
        public JsonGenerator writeEndObject() {
            leave();
            return super.writeEndObject();
        }

        @Override
        public JsonGenerator writeName(String name) {
            text(name);
            return super.writeName(name);
        }

        @Override
        public JsonGenerator writeName(SerializableString name) {
            text(name.getValue());
            return super.writeName(name);
        }

        @Override
        public JsonGenerator writeString(String text) {
            if (text != null) {
                text(text);
            }
            return super.writeString(text);
        }

        @Override
        public JsonGenerator writeString(char[] text, int offset, int length) {
            text(new String(text, offset, length));
            return super.writeString(text, offset, length);
        }

        @Override
        public JsonGenerator writeString(SerializableString text) {
            text(text.getValue());
            return super.writeString(text);
        }

        @Override
        public JsonGenerator writeBinary(
                Base64Variant variant, byte[] bytes, int offset, int length) {
            value(length / 3 * 4L + 6);
            return super.writeBinary(variant, bytes, offset, length);
        }

        @Override
        public JsonGenerator writeArray(int[] array, int offset, int length) {
            value(2L * length);
            return super.writeArray(array, offset, length);
        }

        @Override
        public JsonGenerator writeArray(long[] array, int offset, int length) {
            value(2L * length);
            return super.writeArray(array, offset, length);
        }

        @Override
        public JsonGenerator writeArray(double[] array, int offset, int length) {
            value(4L * length);
            return super.writeArray(array, offset, length);
        }

        @Override
        public JsonGenerator writeNumber(short number) {
            value(1);
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeNumber(int number) {
            value(1);
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeNumber(long number) {
            value(1);
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeNumber(double number) {
            value(3);
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeNumber(float number) {
            value(3);
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeNumber(BigInteger number) {
            value(number.bitLength() / 3);
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeNumber(BigDecimal number) {
            value(number.precision());
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeNumber(String number) {
            value(number.length());
            return super.writeNumber(number);
        }

        @Override
        public JsonGenerator writeBoolean(boolean value) {
            value(4);
            return super.writeBoolean(value);
        }

        @Override
        public JsonGenerator writeNull() {
            value(4);
            return super.writeNull();
        }
    }
}
