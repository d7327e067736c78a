package dev.rialto.backup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/// Checks the pages of a file of PostgreSQL while it is copied.
///
/// @param first the number of the file's first page in its table
/// @param start pages that were written after it may be half written, and the log has them
record PageCheck(Path file, int first, Lsn start) implements PartWriter.Check {
    @Override
    public void look(byte[] bytes, int length, long position) throws IOException {
        for (int at = 0; at + PageChecksum.PAGE <= length; at += PageChecksum.PAGE) {
            int block = first + (int) ((position + at) / PageChecksum.PAGE);
            if (!PageChecksum.isRight(bytes, at, block, start)
                    && !isRightNow(block, position + at)) {
                throw new TargetReader.DamagedException(
                        "page " + block + " of " + file + " is damaged: its checksum is wrong");
            }
        }
    }

    /// Reads the page again: it may have been read while it was being written.
    private boolean isRightNow(int block, long position) throws IOException {
        var page = new byte[PageChecksum.PAGE];
        try (var again = new RandomAccessFile(file.toFile(), "r")) {
            if (again.length() < position + page.length) {
                return true;
            }
            again.seek(position);
            again.readFully(page);
        }
        return PageChecksum.isRight(page, 0, block, start);
    }
}
