package dev.rialto.backup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The checksum of a page of PostgreSQL's tables and indexes: 32 interleaved FNV-1a sums, as
/// PostgreSQL's `checksum_impl.h` defines it for pages of 8 KB.
final class PageChecksum {
    static final int PAGE = 8192;

    private static final int SUMS = 32;
    private static final int PRIME = 16_777_619;
    private static final int CHECKSUM_AT = 8;
    private static final int UPPER_AT = 14;
    private static final int[] FIRST = {
        0x5B1F36E9, 0xB8525960, 0x02AB50AA, 0x1DE66D2A, 0x79FF467A, 0x9BB9F8A3, 0x217E7CD2,
        0x83E13D2C, 0xF8D4474F, 0xE39EB970, 0x42C6AE16, 0x993216FA, 0x7B093B5D, 0x98DAFF3C,
        0xF718902A, 0x0B1C9CDB, 0xE58F764B, 0x187636BC, 0x5D7B3BB1, 0xE73DE7DE, 0x92BEC979,
        0xCCA6C0B2, 0x304A0979, 0x85AA43D4, 0x783125BB, 0x6CA8EAA2, 0xE407EAC6, 0x4B5CFC3E,
        0x9FBF8C76, 0x15CA20BE, 0xF2CA9FD3, 0x959BD756
    };

    private PageChecksum() {}

    /// Whether a page is as PostgreSQL wrote it, or was written after a position of the log: such a
    /// page may be half written, and the log has all of it.
    ///
    /// @param block the number of the page in its table
    static boolean isRight(byte[] bytes, int offset, int block, Lsn after) {
        ByteBuffer page = ByteBuffer.wrap(bytes, offset, PAGE).slice();
        page.order(ByteOrder.nativeOrder());
        if (page.getShort(UPPER_AT) == 0) {
            // Not initialised: PostgreSQL gives such pages no checksum.
            return true;
        }
        var written =
                new Lsn(((page.getInt(0) & 0xFFFF_FFFFL) << 32) | (page.getInt(4) & 0xFFFF_FFFFL));
        return written.compareTo(after) >= 0
                || of(page, block) == (page.getShort(CHECKSUM_AT) & 0xFFFF);
    }

    private static int of(ByteBuffer page, int block) {
        int[] sums = FIRST.clone();
        for (int at = 0; at < PAGE; at += 4 * SUMS) {
            for (int i = 0; i < SUMS; i++) {
                int word = page.getInt(at + 4 * i);
                // The checksum itself counts as zero; it is half of the word at its place.
                sums[i] = mixed(sums[i], at + 4 * i == CHECKSUM_AT ? withoutChecksum(page) : word);
            }
        }
        int result = 0;
        for (int sum : sums) {
            result ^= mixed(mixed(sum, 0), 0);
        }
        return Integer.remainderUnsigned(result ^ block, 65_535) + 1;
    }

    private static int withoutChecksum(ByteBuffer page) {
        int other = page.getShort(CHECKSUM_AT + 2) & 0xFFFF;
        return page.order() == ByteOrder.LITTLE_ENDIAN ? other << 16 : other;
    }

    private static int mixed(int sum, int word) {
        int both = sum ^ word;
        return (both * PRIME) ^ (both >>> 17);
    }
}
