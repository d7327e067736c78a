package dev.rialto.hosting;

import dev.rialto.functions.spi.LoadedRevision;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A revision that may be called on this node. It is loaded for its first call, and unloaded when
/// it is retired and its last call has ended.
final class ServedRevision {
    private static final Logger LOG = Logger.getLogger(ServedRevision.class.getName());

    private final Revision revision;
    private final Map<String, String> config;
    private final Supplier<LoadedRevision> load;
    private @Nullable LoadedRevision loaded;
    private int calls;
    private boolean retired;

    /// @param config what it is loaded with
    /// @param load loads it, which may take long
    ServedRevision(Revision revision, Map<String, String> config, Supplier<LoadedRevision> load) {
        this.revision = revision;
        this.config = Map.copyOf(config);
        this.load = load;
    }

    /// One that is loaded already.
    ServedRevision(Revision revision, Map<String, String> config, LoadedRevision loaded) {
        this(revision, config, () -> loaded);
        this.loaded = loaded;
    }

    /// Whether this is the configuration it has.
    boolean has(Map<String, String> wanted) {
        return config.equals(wanted);
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
