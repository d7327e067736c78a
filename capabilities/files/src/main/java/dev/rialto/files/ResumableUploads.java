package dev.rialto.files;

import dev.rialto.files.ResumableStore.Leased;
import dev.rialto.files.ResumableStore.New;
import dev.rialto.files.ResumableUpload.Kind;
import dev.rialto.files.ResumableUpload.State;
import dev.rialto.files.ResumableUpload.Told;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Sha256;
import dev.rialto.store.Database;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/// Uploads that clients may continue after an interruption.
final class ResumableUploads {
    /// Bytes of an id: it lets anybody continue an upload that was made without a session.
    private static final int ID_BYTES = 24;

    /// How long a request waits for another one that writes to the same upload. One whose client
    /// has just been cut off stores what has arrived, and ends.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /// How long a request waits for another one that makes a file of the upload.
    private static final Duration PATIENCE_FOR_SAVING = Duration.ofSeconds(15);

    private final Database database;
    private final ResumableSettings settings;
    private final ResumableStore store;
    private final UploadPieces pieces;
    private final UploadWriter writer;
    private final UploadCompletion completion;
    private final Ids ids = new Ids();

    ResumableUploads(
            Database database,
            ResumableSettings settings,
            FileStorage storage,
            FileUpload checks,
            FileSaver saver) {
        this.database = database;
        this.settings = settings;
        this.store = new ResumableStore(database, settings);
        this.pieces = new UploadPieces(storage, database, ids);
        this.writer = new UploadWriter(database, store, pieces);
        this.completion = new UploadCompletion(store, pieces, checks, saver, settings.maxSize());
    }

    /// An upload with the id by which its client continues it.
    record Opened(String id, ResumableUpload upload) {}

    /// Begins an upload, with the first part of it if the request has that.
    ///
    /// @param kind not [Kind#FINAL]
    Opened create(TusRequest request, Kind kind) {
        Call call = request.call();
        OptionalLong length = request.newLength();
        requireSize(length);
        completion.check(call, request.metadata());
        completion.requireQuota(call.app(), length);
        if (kind == Kind.WHOLE && length.isPresent() && length.getAsLong() == 0) {
            throw new RialtoException(ErrorCode.FILE_SAVE_ERROR, "Invalid file upload.");
        }
        Optional<TusChecksum> checksum = request.checksum();
        String id = ids.hex(ID_BYTES);
        var told = new Told(request.metadata(), request.concat());
        String owner = ResumableUpload.owner(call.caller(), call.remoteAddress());
        ResumableUpload upload = store.add(call.app(), new New(key(id), kind, owner, length, told));
        if (!request.hasContent()) {
            return new Opened(id, upload);
        }
        boolean added = false;
        try {
            upload = append(request, lease(call.app(), upload.key()), checksum);
            added = true;
            return new Opened(id, upload);
        } finally {
            if (!added) {
                // Nobody knows its id.
                end(call.app(), key(id));
            }
        }
    }

    private void requireSize(OptionalLong length) {
        if (length.orElse(0) > settings.maxSize()) {
            throw new RialtoException(
                            ErrorCode.FILE_TOO_LARGE,
                            "File size exceeds maximum allowed: " + settings.maxSize() + " bytes.")
                    .under(ErrorCode.REQUEST_TOO_LARGE);
        }
    }

    /// Makes one upload of several. Its id follows from theirs, so that the same request leads to
    /// the same upload when it is sent again.
    Opened concatenate(TusRequest request) {
        Call call = request.call();
        if (request.length().isPresent()) {
            throw TusRequest.invalid(
                    TusRequest.LENGTH + " must not be there: it is the sum of the parts");
        }
        List<String> parts = request.parts();
        completion.check(call, request.metadata());
        String id =
                HexFormat.of()
                        .formatHex(Sha256.of("final " + String.join(" ", parts)), 0, ID_BYTES);
        ResumableUpload upload =
                database.inTransaction(
                        () -> existing(call, id).orElseGet(() -> concatenate(request, parts, id)));
        return new Opened(id, saved(call, upload));
    }

    private Optional<ResumableUpload> existing(Call call, String id) {
        return store.find(call.app(), key(id))
                .filter(upload -> upload.belongsTo(call.caller()))
                .map(ResumableUploads::usable);
    }

    private ResumableUpload concatenate(TusRequest request, List<String> ids, String id) {
        Call call = request.call();
        App app = call.app();
        return store.exclusively(
                app,
                () -> {
                    // Another request may have been first.
                    Optional<ResumableUpload> existing = existing(call, id);
                    if (existing.isPresent()) {
                        return existing.get();
                    }
                    List<ResumableUpload> parts =
                            ids.stream().map(each -> part(call, each)).toList();
                    long length = parts.stream().mapToLong(ResumableUpload::offset).sum();
                    requireSize(OptionalLong.of(length));
                    if (length == 0) {
                        throw new RialtoException(
                                ErrorCode.FILE_SAVE_ERROR, "Invalid file upload.");
                    }
                    var told = new Told(request.metadata(), request.concat());
                    String owner = parts.getFirst().owner();
                    ResumableUpload whole =
                            store.insert(
                                    app,
                                    new New(
                                            key(id),
                                            Kind.FINAL,
                                            owner,
                                            OptionalLong.of(length),
                                            told),
                                    length);
                    long start = 0;
                    for (ResumableUpload part : parts) {
                        store.join(app, part.key());
                        pieces.move(app, part.key(), whole.key(), start);
                        start += part.offset();
                    }
                    return whole;
                });
    }

    private ResumableUpload part(Call call, String id) {
        return store.hold(call.app(), key(id))
                .filter(upload -> upload.belongsTo(call.caller()))
                .filter(upload -> upload.kind() == Kind.PARTIAL && !upload.life().expired())
                .filter(upload -> upload.state() == State.OPEN && upload.isComplete())
                .orElseThrow(() ->
                        TusRequest.invalid(
                                TusRequest.CONCAT
                                        + " must name partial uploads of yours that are complete"
                                        + " and no part of another one"));
    }

    /// Adds the body of a request to an upload.
    ResumableUpload append(TusRequest request, String id) {
        Call call = request.call();
        long offset = request.offset();
        ResumableUpload upload =
                usable(
                        find(call, id)
                                .filter(each -> each.belongsTo(call.caller()))
                                .orElseThrow(ResumableUploads::unknown));
        if (upload.kind() == Kind.FINAL) {
            throw new RialtoException(
                            ErrorCode.OPERATION_FORBIDDEN,
                            "an upload that consists of others can't be continued")
                    .under(ErrorCode.UNAUTHORIZED);
        }
        request.requireContent();
        Optional<TusChecksum> checksum = request.checksum();
        if (upload.state() != State.OPEN || upload.isReady()) {
            requireOffset(upload, offset);
            requireNothingMore(request, upload);
            return saved(call, upload);
        }
        Leased leased = lease(call.app(), upload.key());
        try {
            requireOffset(leased.upload(), offset);
            leased = withLength(leased, request.length());
        } catch (RialtoException refused) {
            store.release(leased);
            throw refused;
        }
        return append(request, leased, checksum);
    }

    private static void requireOffset(ResumableUpload upload, long offset) {
        if (upload.offset() != offset) {
            throw new RialtoException(
                    ErrorCode.UPLOAD_OFFSET_MISMATCH,
                    "%s must be %d, where the upload is"
                            .formatted(TusRequest.OFFSET, upload.offset()));
        }
    }

    private static void requireNothingMore(TusRequest request, ResumableUpload upload) {
        if (new TusBody(request.call().stream(), Optional.empty()).hasMore()) {
            throw UploadWriter.tooLong(upload.offset());
        }
    }

    private Leased withLength(Leased leased, OptionalLong told) {
        if (told.isEmpty()) {
            return leased;
        }
        OptionalLong known = leased.upload().length();
        if (known.isPresent()) {
            if (!known.equals(told)) {
                throw TusRequest.invalid(
                        TusRequest.LENGTH + " can't be changed: it is " + known.getAsLong());
            }
            return leased;
        }
        requireSize(told);
        if (told.getAsLong() < leased.upload().offset()) {
            throw TusRequest.invalid(TusRequest.LENGTH + " is less than what has arrived");
        }
        completion.requireQuota(leased.app(), told);
        store.reserve(leased, told.getAsLong());
        store.setLength(leased, told.getAsLong());
        ResumableUpload now = store.find(leased.app(), leased.key()).orElseThrow();
        return new Leased(leased.app(), now, leased.lease());
    }

    private ResumableUpload append(
            TusRequest request, Leased leased, Optional<TusChecksum> checksum) {
        Call call = request.call();
        var body = new TusBody(call.stream(), checksum.map(TusChecksum::digest));
        try {
            writer.append(
                    leased,
                    new UploadWriter.Addition(body, request.contentLength(), checksum),
                    settings.maxSize());
        } finally {
            store.release(leased);
        }
        body.rethrow();
        return saved(call, find(leased));
    }

    private ResumableUpload find(Leased leased) {
        return store.find(leased.app(), leased.key()).orElseThrow(ResumableUploads::unknown);
    }

    /// An upload as it is now. One that has arrived and was not saved because a server crashed or
    /// failed is saved now.
    ResumableUpload show(Call call, String id) {
        ResumableUpload upload = usable(find(call, id).orElseThrow(ResumableUploads::unknown));
        if (upload.isReady()) {
            return saved(call, upload);
        }
        if (upload.life().leased()) {
            await(PATIENCE, () -> find(call, id).filter(now -> !now.life().leased()));
            return usable(find(call, id).orElseThrow(ResumableUploads::unknown));
        }
        return upload;
    }

    /// Ends an upload. A file that it became stays.
    void terminate(Call call, String id) {
        ResumableUpload upload = usable(find(call, id).orElseThrow(ResumableUploads::unknown));
        end(call.app(), upload.key());
    }

    private void end(App app, String key) {
        store.terminate(app, key);
        database.onceCommitted(() -> pieces.discardAll(app, key));
    }

    /// Saves an upload that has arrived. In a transaction that waits, as pieces that are gone don't
    /// come back when it is rolled back.
    private ResumableUpload saved(Call call, ResumableUpload upload) {
        if (!upload.isReady() || !upload.belongsTo(call.caller()) || database.isInTransaction()) {
            return upload;
        }
        App app = call.app();
        Optional<Optional<Leased>> turn =
                await(
                        PATIENCE_FOR_SAVING,
                        () -> {
                            Optional<Leased> mine = store.lease(app, upload.key());
                            return mine.isPresent() || !isReady(app, upload.key())
                                    ? Optional.of(mine)
                                    : Optional.empty();
                        });
        turn.flatMap(Function.identity()).ifPresent(leased -> completion.save(call, leased));
        ResumableUpload now = usable(store.find(app, upload.key()).orElseThrow());
        if (now.isReady()) {
            throw ResumableStore.locked();
        }
        return now;
    }

    private boolean isReady(App app, String key) {
        return store.find(app, key).filter(ResumableUpload::isReady).isPresent();
    }

    /// Removes what has expired. Called from time to time, by any node.
    void tidy(App app) {
        store.expire(app);
        pieces.tidy(app);
        store.forget(app);
    }

    private Optional<ResumableUpload> find(Call call, String id) {
        return store.find(call.app(), key(id)).filter(upload -> upload.isVisibleTo(call.caller()));
    }

    /// @throws RialtoException UPLOAD_GONE
    private static ResumableUpload usable(ResumableUpload upload) {
        boolean gone =
                switch (upload.state()) {
                    case OPEN -> upload.life().expired();
                    case JOINED, SAVED -> false;
                    case GONE -> true;
                };
        if (gone) {
            throw new RialtoException(
                    ErrorCode.UPLOAD_GONE,
                    "this upload was refused or terminated, or has expired: begin another one");
        }
        return upload;
    }

    private static RialtoException unknown() {
        return new RialtoException(
                ErrorCode.OBJECT_NOT_FOUND, "there is no such upload, or it is not yours");
    }

    /// @throws RialtoException UPLOAD_LOCKED
    private Leased lease(App app, String key) {
        return await(PATIENCE, () -> store.lease(app, key)).orElseThrow(ResumableStore::locked);
    }

    /// Tries until there is a result, or the time is over.
    private static <T> Optional<T> await(Duration patience, Supplier<Optional<T>> attempt) {
        long end = System.nanoTime() + patience.toNanos();
        Optional<T> result = attempt.get();
        while (result.isEmpty() && System.nanoTime() - end < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return result;
            }
            result = attempt.get();
        }
        return result;
    }

    private static String key(String id) {
        return HexFormat.of().formatHex(Sha256.of(id));
    }
}
