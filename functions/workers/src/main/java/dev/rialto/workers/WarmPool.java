package dev.rialto.workers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Processes that have started and wait for a micro app, so that the next one starts sooner. The
/// first is made when the first is taken: a server without isolated micro apps has none.
final class WarmPool implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WarmPool.class.getName());

    private final int size;
    private final Supplier<Launcher.Launched> launcher;
    private final Deque<Launcher.Launched> ready = new ArrayDeque<>();
    private int starting;
    private boolean closed;

    WarmPool(int size, Supplier<Launcher.Launched> launcher) {
        this.size = size;
        this.launcher = launcher;
    }

    /// A process that waits, or a new one.
    Launcher.Launched take() {
        Launcher.Launched warm = poll();
        fill();
        return warm == null ? launcher.get() : warm;
    }

    private synchronized Launcher.@Nullable Launched poll() {
        Launcher.Launched next = ready.poll();
        while (next != null && !next.worker().isAlive()) {
            next = ready.poll();
        }
        return next;
    }

    private synchronized void fill() {
        for (int i = ready.size() + starting; i < size && !closed; i++) {
            starting++;
            Thread.ofVirtual().name("warm-worker").start(this::startOne);
        }
    }

    private void startOne() {
        Launcher.@Nullable Launched made = null;
        try {
            made = launcher.get();
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "can't keep a process ready for isolated micro apps", failure);
        }
        boolean late;
        synchronized (this) {
            starting--;
            late = closed;
            if (made != null && !late) {
                ready.add(made);
            }
        }
        if (made != null && late) {
            made.worker().close();
        }
    }

    @Override
    public void close() {
        List<Launcher.Launched> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(ready);
            ready.clear();
        }
        all.forEach(each -> each.worker().close());
    }
}
