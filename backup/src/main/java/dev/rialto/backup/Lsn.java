package dev.rialto.backup;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A position in PostgreSQL's write-ahead log (WAL), a number of bytes, written as `16/B374D848`.
record Lsn(long value) implements Comparable<Lsn> {
    /// Bytes of a file of the log.
    static final int SEGMENT = 16 << 20;

    private static final Pattern FORM = Pattern.compile("([0-9A-F]{1,8})/([0-9A-F]{1,8})");
    private static final long SEGMENTS_PER_ID = 0x1_0000_0000L / SEGMENT;

    /// @throws IllegalArgumentException when a text is not a position
    static Lsn of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not a position in the log: " + text);
        }
        return new Lsn(
                (Long.parseLong(form.group(1), 16) << 32) | Long.parseLong(form.group(2), 16));
    }

    /// Where the file begins that has this position.
    Lsn segmentStart() {
        return new Lsn(value - value % SEGMENT);
    }

    /// Where the file ends that has the byte before this position.
    Lsn segmentEnd() {
        return new Lsn((value + SEGMENT - 1) / SEGMENT * SEGMENT);
    }

    Lsn nextSegment() {
        return new Lsn(value + SEGMENT);
    }

    /// The name of the file that has this position.
    String segment(int timeline) {
        long number = value / SEGMENT;
        return String.format(
                Locale.ROOT,
                "%08X%08X%08X",
                timeline,
                number / SEGMENTS_PER_ID,
                number % SEGMENTS_PER_ID);
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%X/%X", value >>> 32, value & 0xFFFF_FFFFL);
    }
}
