package dev.rialto.files;

import dev.rialto.files.ResumableStore.Leased;
import dev.rialto.files.ResumableUpload.SavedFile;
import dev.rialto.files.spi.NewFile;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers.Author;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Makes files of uploads that have arrived.
///
/// The file appears in the transaction that ends the upload, and only for the holder of the lease:
/// whatever crashes, and whoever tries at the same time, there is one file.
final class UploadCompletion {
    private static final Logger LOG = Logger.getLogger(UploadCompletion.class.getName());

    private final ResumableStore store;
    private final UploadPieces pieces;
    private final FileUpload checks;
    private final FileSaver saver;
    private final long maxSize;

    UploadCompletion(
            ResumableStore store,
            UploadPieces pieces,
            FileUpload checks,
            FileSaver saver,
            long maxSize) {
        this.store = store;
        this.pieces = pieces;
        this.checks = checks;
        this.saver = saver;
        this.maxSize = maxSize;
    }

    /// Checks what can be checked of a file before its content arrives.
    ///
    /// @param header what the client tells of it
    /// @throws RialtoException as for any other upload
    FileUpload.Offer check(Call call, String header) {
        TusMetadata metadata = TusMetadata.parse(header);
        return checks.offer(call, metadata.name(), metadata.type(), metadata.data());
    }

    /// Rejects an upload that is too large for what the app's files leave.
    ///
    /// @throws RialtoException EXCEEDED_QUOTA
    void requireQuota(App app, OptionalLong length) {
        saver.requireQuota(app, length.orElse(0));
    }

    /// Saves an upload as a file. If that is refused, the upload has ended; after failures of the
    /// server and at limits it can be tried again.
    void save(Call call, Leased leased) {
        ResumableUpload upload = leased.upload();
        var content =
                new FileSaver.Content(
                        pieces.open(leased.app(), upload),
                        OptionalLong.of(upload.length().orElseThrow()));
        var terms =
                new FileSaver.Terms(
                        maxSize,
                        file -> store.save(leased, new SavedFile(file.name(), file.elsewhere())));
        try (var _ = new Heartbeat(() -> store.renew(leased))) {
            FileUpload.Offer offer = check(call, upload.told().metadata());
            NewFile _ =
                    saver.save(Author.of(call), offer.file(), offer.directory(), content, terms);
        } catch (RialtoException refused) {
            if (refused.code().kind() == ErrorCode.Kind.CALLER) {
                store.refuse(leased);
            }
            throw refused;
        } finally {
            removeIfEnded(leased);
        }
    }

    /// What can't be removed now is removed by the upkeep.
    private void removeIfEnded(Leased leased) {
        try {
            boolean ended =
                    store.find(leased.app(), leased.key())
                            .filter(upload -> upload.state() == ResumableUpload.State.OPEN)
                            .isEmpty();
            if (ended) {
                pieces.discardAll(leased.app(), leased.key());
            } else {
                store.release(leased);
            }
        } catch (RuntimeException later) {
            LOG.log(Level.WARNING, "pieces of an upload are deleted later", later);
        }
    }

    /// Does something every now and then beside long work.
    private static final class Heartbeat implements AutoCloseable {
        private static final Duration PAUSE = Duration.ofSeconds(2);

        private final Thread thread;

        Heartbeat(Runnable beat) {
            thread = Thread.ofVirtual().name("upload-lease").start(() -> run(beat));
        }

        private static void run(Runnable beat) {
            try {
                while (true) {
                    Thread.sleep(PAUSE);
                    beat.run();
                }
            } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException failure) {
                LOG.log(Level.FINE, "a lease was not renewed", failure);
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
