package dev.rialto.hosting;

import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Occupancy;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A revision that may be called on this node. It is loaded for its first call, and unloaded when
/// it is retired and its last call has ended.
final class ServedRevision {
    private static final Logger LOG = Logger.getLogger(ServedRevision.class.getName());

    private final Revision revision;
    private final Setup setup;
    private final Supplier<LoadedRevision> load;
    private volatile @Nullable LoadedRevision loaded;
    private int calls;
    private boolean retired;

    /// How a revision is loaded.
    ///
    /// @param runtime where it runs
    record Setup(Map<String, String> config, String runtime) {
        Setup {
            config = Map.copyOf(config);
        }

        /// Doesn't show the configuration.
        @Override
        public String toString() {
            return runtime;
        }
    }

    /// @param load loads it, which may take long
    ServedRevision(Revision revision, Setup setup, Supplier<LoadedRevision> load) {
        this.revision = revision;
        this.setup = setup;
        this.load = load;
    }

    /// One that is loaded already.
    ServedRevision(Revision revision, Setup setup, LoadedRevision loaded) {
        this(revision, setup, () -> loaded);
        this.loaded = loaded;
    }

    Setup setup() {
        return setup;
    }

    /// What it occupies now; empty when it is not loaded.
    Optional<Occupancy> occupancy() {
        return Optional.ofNullable(loaded).map(LoadedRevision::occupancy);
    }

    Revision revision() {
        return revision;
    }

    /// Begins a call. Each is followed by [#end].
    ///
    /// @return null when the revision is retired: look for its successor
    synchronized @Nullable LoadedRevision begin() {
        if (retired) {
            return null;
        }
        LoadedRevision ready = loaded;
        if (ready == null) {
            ready = load.get();
            loaded = ready;
        }
        calls++;
        return ready;
    }

    void end() {
        LoadedRevision done;
        synchronized (this) {
            calls--;
            done = finished();
        }
        close(done);
    }

    /// Takes no more calls.
    void retire() {
        LoadedRevision done;
        synchronized (this) {
            retired = true;
            done = finished();
        }
        close(done);
    }

    private @Nullable LoadedRevision finished() {
        if (!retired || calls > 0) {
            return null;
        }
        LoadedRevision done = loaded;
        loaded = null;
        return done;
    }

    private void close(@Nullable LoadedRevision done) {
        if (done == null) {
            return;
        }
        try {
            done.close();
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, failure, () -> "can't unload " + revision);
        }
    }
}
