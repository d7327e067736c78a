package dev.rialto.hardening;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Gives classes other names in a class file: in its constant pool, which all references go
/// through. What the file does afterwards is for others to judge.
final class ConstantNames {
    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int METHOD_HANDLE = 15;
    private static final int HEADER = 8;

    private ConstantNames() {}

    /// @param names internal ones that begin with `java/`, and what stands for them
    /// @return the same array when it has none of the names
    /// @throws IllegalArgumentException when it is no class file
    static byte[] replaced(byte[] file, Map<String, String> names) {
        try {
            return replaced(file, ByteBuffer.wrap(file), names);
        } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException torn) {
            throw new IllegalArgumentException("it ends too early", torn);
        }
    }

    private static byte[] replaced(byte[] file, ByteBuffer in, Map<String, String> names) {
        in.position(HEADER);
        int count = Short.toUnsignedInt(in.getShort());
        var out = new java.io.ByteArrayOutputStream(file.length + 256);
        int written = 0;
        for (int i = 1; i < count; i++) {
            int tag = in.get();
            switch (tag) {
                case UTF8 -> {
                    int start = in.position();
                    int length = Short.toUnsignedInt(in.getShort());
                    var text = new String(file, start + 2, length, StandardCharsets.ISO_8859_1);
                    in.position(start + 2 + length);
                    String other = replaced(text, names);
                    if (!other.equals(text)) {
                        out.write(file, written, start - written);
                        byte[] bytes = other.getBytes(StandardCharsets.ISO_8859_1);
                        if (bytes.length > 0xFFFF) {
                            throw new IllegalArgumentException("a signature is too long");
                        }
                        out.write(bytes.length >> 8);
                        out.write(bytes.length);
                        out.writeBytes(bytes);
                        written = in.position();
                    }
                }
                case LONG, DOUBLE -> {
                    i++;
                    in.position(in.position() + 8);
                }
                case 7, 8, 16, 19, 20 -> in.position(in.position() + 2);
                case METHOD_HANDLE -> in.position(in.position() + 3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.position(in.position() + 4);
                default -> throw new IllegalArgumentException("its constants can't be read");
            }
        }
        if (written == 0) {
            return file;
        }
        out.write(file, written, file.length - written);
        return out.toByteArray();
    }

    /// A name, or a descriptor or signature with names after `L`.
    private static String replaced(String text, Map<String, String> names) {
        int at = text.indexOf("java/");
        if (at < 0) {
            return text;
        }
        StringBuilder changed = null;
        int kept = 0;
        while (at >= 0) {
            if (at == 0 || text.charAt(at - 1) == 'L') {
                int end = end(text, at);
                String other = names.get(text.substring(at, end));
                if (other != null) {
                    changed = changed == null ? new StringBuilder() : changed;
                    changed.append(text, kept, at).append(other);
                    kept = end;
                }
            }
            at = text.indexOf("java/", at + 1);
        }
        return changed == null ? text : changed.append(text, kept, text.length()).toString();
    }

    private static int end(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) != ';' && text.charAt(end) != '<') {
            end++;
        }
        return end;
    }
}
