package dev.rialto.leaks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A HotSpot heap dump, read from its file: none of it is kept in memory.
///
/// The binary HPROF format is described in the JDK's `src/hotspot/share/services/heapDumper.cpp`.
/// Objects, classes and strings have ids of eight bytes; the id of a class is that of its
/// `java.lang.Class`.
final class HeapDump implements AutoCloseable {
    /// Is called for each record. `at` is the offset of the record's contents, after its kind.
    interface Visitor {
        default void text(long id, long at, int length) {}

        default void loaded(long classId, long textId) {}

        default void frame(long id, long at) {}

        default void trace(int serial, long at) {}

        /// @param thread the serial number of the thread whose root it is; or 0
        /// @param extra for [#ROOT_JAVA_FRAME] the frame's index in the thread's stack, for
        ///   [#ROOT_THREAD] the serial number of its stack trace; or 0
        default void root(int kind, long object, int thread, int extra) {}

        default void dumped(long classId, long at) {}

        default void instance(long object, long at) {}

        default void array(long object, long at) {}

        default void primitives(long object, long at) {}
    }

    static final int ROOT_JNI_GLOBAL = 0x01;
    static final int ROOT_JNI_LOCAL = 0x02;
    static final int ROOT_JAVA_FRAME = 0x03;
    static final int ROOT_NATIVE_STACK = 0x04;
    static final int ROOT_SYSTEM_CLASS = 0x05;
    static final int ROOT_THREAD_BLOCK = 0x06;
    static final int ROOT_MONITOR = 0x07;
    static final int ROOT_THREAD = 0x08;
    private static final int ROOT_UNKNOWN = 0xFF;

    static final int ID = 8;
    static final int REFERENCE = 2;

    private static final byte[] MAGIC = "JAVA PROFILE 1.0.2\0".getBytes(StandardCharsets.US_ASCII);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment content;

    /// Opens a file, which may be deleted afterwards. Must be used by this thread only.
    ///
    /// @throws IOException also when it is not a heap dump of a 64-bit JVM
    HeapDump(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
        if (content.byteSize() < MAGIC.length + 12
                || MemorySegment.ofArray(MAGIC).mismatch(content.asSlice(0, MAGIC.length)) >= 0
                || number(MAGIC.length) != ID) {
            arena.close();
            throw new IOException("not a heap dump of a 64-bit JVM");
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    long id(long at) {
        return content.get(LONG, at);
    }

    int number(long at) {
        return content.get(INT, at);
    }

    int small(long at) {
        return content.get(SHORT, at) & 0xFFFF;
    }

    int octet(long at) {
        return content.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    byte[] bytes(long at, int length) {
        return content.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    String text(long at, int length) {
        return new String(bytes(at, length), StandardCharsets.UTF_8);
    }

    /// The size of a value in bytes.
    static int width(int type) {
        return switch (type) {
            case REFERENCE, 7, 11 -> 8;
            case 4, 8 -> 1;
            case 5, 9 -> 2;
            case 6, 10 -> 4;
            default -> throw new IllegalStateException("not a type of a heap dump: " + type);
        };
    }

    void walk(Visitor visitor) {
        long at = MAGIC.length + 12L;
        while (at < content.byteSize()) {
            int tag = octet(at);
            long length = number(at + 5) & 0xFFFFFFFFL;
            long body = at + 9;
            at = body + length;
            switch (tag) {
                case 0x01 -> visitor.text(id(body), body + ID, (int) (length - ID));
                case 0x02 -> visitor.loaded(id(body + 4), id(body + 16));
                case 0x04 -> visitor.frame(id(body), body + ID);
                case 0x05 -> visitor.trace(number(body), body + 4);
                case 0x0C, 0x1C -> segment(body, at, visitor);
                default -> {}
            }
        }
    }

    private void segment(long from, long end, Visitor visitor) {
        long at = from;
        while (at < end) {
            int kind = octet(at);
            long id = id(at + 1);
            long body = at + 1 + ID;
            at =
                    switch (kind) {
                        case 0x20 -> {
                            visitor.dumped(id, body);
                            yield afterClass(body);
                        }
                        case 0x21 -> {
                            visitor.instance(id, body);
                            yield body + 16 + number(body + 12);
                        }
                        case 0x22 -> {
                            visitor.array(id, body);
                            yield body + 16 + (long) number(body + 4) * ID;
                        }
                        case 0x23 -> {
                            visitor.primitives(id, body);
                            yield body + 9 + (long) number(body + 4) * width(octet(body + 8));
                        }
                        default -> root(kind, id, body, visitor);
                    };
        }
    }

    private long root(int kind, long id, long body, Visitor visitor) {
        int length =
                switch (kind) {
                    case ROOT_UNKNOWN, ROOT_SYSTEM_CLASS, ROOT_MONITOR -> 0;
                    case ROOT_NATIVE_STACK, ROOT_THREAD_BLOCK -> 4;
                    case ROOT_JNI_GLOBAL, ROOT_JNI_LOCAL, ROOT_JAVA_FRAME, ROOT_THREAD -> 8;
                    default ->
                            throw new IllegalStateException("not a record of a heap dump: " + kind);
                };
        boolean ofThread = length > 0 && kind != ROOT_JNI_GLOBAL;
        visitor.root(
                kind,
                id,
                ofThread ? number(body) : 0,
                ofThread && length > 4 ? number(body + 4) : 0);
        return body + length;
    }

    /// The offset of a class's static fields, which begin with their count.
    long statics(long classAt) {
        long at = classAt + 4 + 6 * ID + 4;
        int constants = small(at);
        at += 2;
        for (int i = 0; i < constants; i++) {
            at += 3 + width(octet(at + 2));
        }
        return at;
    }

    /// The offset of a class's instance fields, which begin with their count.
    long fields(long classAt) {
        long at = statics(classAt);
        int count = small(at);
        at += 2;
        for (int i = 0; i < count; i++) {
            at += ID + 1 + width(octet(at + ID));
        }
        return at;
    }

    private long afterClass(long classAt) {
        long at = fields(classAt);
        return at + 2 + (long) small(at) * (ID + 1);
    }
}
