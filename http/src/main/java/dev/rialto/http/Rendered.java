package dev.rialto.http;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;

/// A JSON value that is rendered already: it is copied into an answer as it is.
public final class Rendered implements Answer.JsonBody, SerializableString {
    private final byte[] utf8;

    private Rendered(byte[] utf8) {
        this.utf8 = utf8;
    }

    /// Renders what the writer writes, however much it is.
    public static <X extends Exception> Rendered of(Writer<X> writer) throws X {
        return of(Long.MAX_VALUE, writer);
    }

    /// Renders what the writer writes.
    ///
    /// @param max the most bytes
    /// @throws RialtoException INVALID_QUERY beyond them
    public static <X extends Exception> Rendered of(long max, Writer<X> writer) throws X {
        var bytes = new AnswerBytes(max);
        try (JsonGenerator out = Json.mapper().createGenerator(bytes)) {
            writer.write(out);
        }
        return new Rendered(bytes.toByteArray());
    }

    /// A value in UTF-8, which nobody changes any more.
    public static Rendered of(byte[] utf8) {
        return new Rendered(utf8);
    }

    /// Writes one JSON value.
    public interface Writer<X extends Exception> {
        void write(JsonGenerator out) throws X;
    }

    /// Whether it is the same text.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Rendered rendered && Arrays.equals(utf8, rendered.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    @Override
    public void write(JsonGenerator out) {
        out.writeRawValue(this);
    }

    @Override
    public String getValue() {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Override
    public int charLength() {
        return getValue().length();
    }

    @Override
    public char[] asQuotedChars() {
        throw new UnsupportedOperationException("a rendered value is never quoted");
    }

    /// The bytes themselves, not a copy: an answer may have many.
    @Override
    public byte[] asUnquotedUTF8() {
        return utf8;
    }

    @Override
    public byte[] asQuotedUTF8() {
        throw new UnsupportedOperationException("a rendered value is never quoted");
    }

    @Override
    public int appendQuotedUTF8(byte[] buffer, int offset) {
        return -1;
    }

    @Override
    public int appendQuoted(char[] buffer, int offset) {
        return -1;
    }

    @Override
    public int appendUnquotedUTF8(byte[] buffer, int offset) {
        if (utf8.length > buffer.length - offset) {
            return -1;
        }
        System.arraycopy(utf8, 0, buffer, offset, utf8.length);
        return utf8.length;
    }

    @Override
    public int appendUnquoted(char[] buffer, int offset) {
        String text = getValue();
        if (text.length() > buffer.length - offset) {
            return -1;
        }
        text.getChars(0, text.length(), buffer, offset);
        return text.length();
    }

    @Override
    public int writeQuotedUTF8(OutputStream out) {
        throw new UnsupportedOperationException("a rendered value is never quoted");
    }

    @Override
    public int writeUnquotedUTF8(OutputStream out) throws IOException {
        out.write(utf8);
        return utf8.length;
    }

    @Override
    public int putQuotedUTF8(ByteBuffer buffer) {
        return -1;
    }

    @Override
    public int putUnquotedUTF8(ByteBuffer buffer) {
        if (utf8.length > buffer.remaining()) {
            return -1;
        }
        buffer.put(utf8);
        return utf8.length;
    }
}
