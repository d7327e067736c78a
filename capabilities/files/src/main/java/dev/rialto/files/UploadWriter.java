package dev.rialto.files;

import dev.rialto.files.ResumableStore.Leased;
import dev.rialto.files.UploadPieces.Piece;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// Adds the body of a request to an upload, piece by piece. Each piece counts as soon as it is
/// stored, unless the body has a checksum: then all of them count once it is right.
final class UploadWriter {
    /// Bytes of a piece: what a crash of the server loses at most.
    static final int PIECE = 8 << 20;

    /// Pieces of an upload.
    static final int MAX_PIECES = 10_000;

    private static final long RENEW_AFTER = TimeUnit.SECONDS.toNanos(1);

    private final Database database;
    private final ResumableStore store;
    private final UploadPieces pieces;

    /// What a request adds.
    ///
    /// @param length of the body, if it is known
    record Addition(TusBody body, OptionalLong length, Optional<TusChecksum> checksum) {}

    UploadWriter(Database database, ResumableStore store, UploadPieces pieces) {
        this.database = database;
        this.store = store;
        this.pieces = pieces;
    }

    /// Adds what arrives of a body. Whether it broke off is for the caller to ask.
    ///
    /// @param maxSize of an upload whose length is not known, in bytes
    /// @throws RialtoException FILE_TOO_LARGE, EXCEEDED_QUOTA, STORAGE_FULL, UPLOAD_LOCKED,
    ///   UPLOAD_CHECKSUM_MISMATCH
    void append(Leased leased, Addition addition, long maxSize) {
        ResumableUpload upload = leased.upload();
        long end = upload.length().orElse(maxSize);
        if (addition.length().orElse(0) > end - upload.offset()) {
            throw tooLong(end);
        }
        new Appending(leased, addition, end).run();
    }

    /// A body has more bytes than the upload has room for.
    static RialtoException tooLong(long end) {
        return new RialtoException(
                        ErrorCode.FILE_TOO_LARGE,
                        "the upload may have " + end + " bytes, and the body has more")
                .under(ErrorCode.REQUEST_TOO_LARGE);
    }

    /// One body on its way into an upload.
    private final class Appending {
        private final Leased leased;
        private final Addition addition;
        private final TusBody body;
        private final long end;
        private final List<Piece> unchecked = new ArrayList<>();
        private long counted;
        private long offset;
        private int number;
        private long renewed = System.nanoTime();

        Appending(Leased leased, Addition addition, long end) {
            this.leased = leased;
            this.addition = addition;
            this.body = addition.body();
            this.end = end;
            this.counted = leased.upload().offset();
            this.offset = counted;
            this.number = pieces.count(leased.app(), leased.key());
        }

        void run() {
            boolean done = false;
            try {
                while (body.hasMore()) {
                    add();
                }
                check();
                done = true;
            } finally {
                if (!done) {
                    discard(unchecked);
                }
            }
        }

        private void add() {
            if (offset == end) {
                throw tooLong(end);
            }
            if (number++ == MAX_PIECES) {
                throw new RialtoException(
                        ErrorCode.EXCEEDED_QUOTA,
                        "an upload may consist of %d pieces: send more at once"
                                .formatted(MAX_PIECES));
            }
            long room = Math.min(PIECE, end - offset);
            if (leased.upload().length().isEmpty()) {
                store.reserve(leased, offset + room);
            }
            Piece piece = pieces.put(leased, body.piece(room, this::renew));
            offset += piece.length();
            unchecked.add(piece);
            boolean isTooLong = offset == end && body.hasMore();
            if (addition.checksum().isEmpty() && !isTooLong) {
                count();
            }
        }

        /// A client that sends keeps its lease.
        private void renew() {
            if (System.nanoTime() - renewed > RENEW_AFTER) {
                store.renew(leased);
                renewed = System.nanoTime();
            }
        }

        private void check() {
            if (addition.checksum().isPresent()) {
                if (body.isBroken()) {
                    discard(unchecked);
                    return;
                }
                addition.checksum().get().check();
                count();
            }
        }

        /// Lets all that is stored count.
        private void count() {
            long from = counted;
            var _ =
                    database.inTransaction(() -> {
                        store.advance(leased, from, offset);
                        long start = from;
                        for (Piece piece : unchecked) {
                            pieces.place(leased.app(), piece, start);
                            start += piece.length();
                        }
                        return start;
                    });
            counted = offset;
            unchecked.clear();
        }

        private void discard(List<Piece> some) {
            pieces.discard(leased.app(), some.stream().map(Piece::name).toList());
        }
    }
}
