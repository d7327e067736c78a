package dev.rialto.store;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Gauges;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Follows the change log for this node: one reader, which notifies all listeners of each change,
/// in order. Commits on this node and messages of other nodes wake it; when idle, it polls once a
/// second, because changes by direct SQL send no message. Without listeners it doesn't read.
public final class ChangeTail implements ChangeSource, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ChangeTail.class.getName());

    /// The kind of [Invalidations] for a commit.
    private static final Invalidations.Kind COMMIT = new Invalidations.Kind("commit");

    /// A commit may belong to any app.
    private static final App ANY = new App("", "");

    private static final int PAGE = 2_000;
    private static final Duration IDLE = Duration.ofSeconds(1);

    /// The initial wait for a transaction that holds back others.
    private static final Duration HELD_BACK = Duration.ofMillis(5);

    /// The minimum time between two messages to other nodes.
    private static final Duration BETWEEN_MESSAGES = Duration.ofMillis(10);

    private final ChangeLog log;
    private final Invalidations invalidations;
    private final Semaphore wake = new Semaphore(0);
    private final Semaphore announce = new Semaphore(0);
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private final Thread announcer;
    private @Nullable LogPosition position;

    /// By [System#nanoTime]: listeners have been told all changes committed before.
    private volatile long atEnd = System.nanoTime();

    /// The first end of the log that was held back since [#atEnd].
    private @Nullable End awaited;

    private volatile long behind;
    private volatile boolean closing;

    /// The last number that was given, at a time.
    private record End(long time, long number) {}

    private ChangeTail(ChangeLog log, Invalidations invalidations) {
        this.log = log;
        this.invalidations = invalidations;
        this.reader = Thread.ofVirtual().name("change-tail").unstarted(this::run);
        this.announcer = Thread.ofVirtual().name("change-announcer").unstarted(this::announce);
    }

    public static ChangeTail start(Database database, Invalidations invalidations) {
        var tail = new ChangeTail(new ChangeLog(database), invalidations);
        invalidations.subscribe(COMMIT, tail.new OtherNodes());
        database.onCommit(tail::committed);
        tail.reader.start();
        tail.announcer.start();
        return tail;
    }

    /// Wakes the reader when another node has committed.
    private final class OtherNodes implements Invalidations.Listener {
        @Override
        public void changed(App app, String key) {
            wake.release();
        }

        @Override
        public void everythingChanged() {
            wake.release();
        }
    }

    @Override
    public void follow(Listener listener) {
        follow(listener, false);
    }

    /// Follows before the other listeners: this one keeps copies that they ask for.
    public void followFirst(Listener listener) {
        follow(listener, true);
    }

    private synchronized void follow(Listener listener, boolean first) {
        if (listeners.isEmpty() || position == null) {
            long now = System.nanoTime();
            position = log.end();
            at(now);
            behind = 0;
        }
        if (first) {
            listeners.addFirst(listener);
        } else {
            listeners.add(listener);
        }
        wake.release();
    }

    /// Whether all that was committed longer ago than this has been told.
    public boolean isWithin(Duration distance) {
        return System.nanoTime() - atEnd <= distance.toNanos();
    }

    private void at(long time) {
        atEnd = time;
        awaited = null;
    }

    @Override
    public synchronized void unfollow(Listener listener) {
        listeners.remove(listener);
    }

    /// Registers gauges for how far listeners are behind the log.
    public void measure(Gauges to) {
        to.gauge(
                "rialto.changes.followers",
                "Parts of this node that follow the change log.",
                listeners::size);
        to.gauge(
                "rialto.changes.behind",
                "Positions in the change log that this node's reader had not reached when it last"
                        + " read the log.",
                () -> listeners.isEmpty() ? 0 : behind);
        to.gauge(
                "rialto.changes.lag.seconds",
                "How long ago this node's reader last reached the end of the change log; up to 1"
                        + " when idle, 0 when nothing follows the log.",
                () -> listeners.isEmpty() ? 0 : (System.nanoTime() - atEnd) / 1e9);
    }

    private void committed() {
        if (announce.availablePermits() == 0) {
            announce.release();
        }
        if (!listeners.isEmpty() && wake.availablePermits() == 0) {
            wake.release();
        }
    }

    private void announce() {
        try {
            while (!closing) {
                announce.acquire();
                announce.drainPermits();
                if (closing) {
                    return;
                }
                try {
                    invalidations.publish(ANY, COMMIT, "");
                } catch (RuntimeException failure) {
                    LOG.log(Level.FINE, "can't announce a commit", failure);
                }
                Thread.sleep(BETWEEN_MESSAGES);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = IDLE;
        try {
            while (!closing) {
                boolean woken = wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                if (woken && !closing) {
                    Thread.sleep(patience());
                }
                wake.drainPermits();
                boolean heldBack = readOn();
                pause = !heldBack ? IDLE : woken ? HELD_BACK : shorter(pause.multipliedBy(2));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration patience() {
        return listeners.stream()
                .map(Listener::patience)
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private static Duration shorter(Duration pause) {
        return pause.compareTo(IDLE) < 0 ? pause : IDLE;
    }

    /// @return whether something is held back
    private synchronized boolean readOn() {
        if (listeners.isEmpty() || position == null) {
            position = null;
            return false;
        }
        try {
            return readUpToEnd(position);
        } catch (RuntimeException failure) {
            // This may be an exhausted pool, too: in any case, listeners must receive later
            // changes.
            if (!closing) {
                LOG.log(Level.WARNING, "can't read the change log; trying again", failure);
            }
            return false;
        }
    }

    /// @return whether something is held back
    private boolean readUpToEnd(LogPosition from) {
        LogPosition at = from;
        ChangeLog.Scope scope =
                listeners.stream().anyMatch(Listener::wantsRows)
                        ? new ChangeLog.Scope.Everything()
                        : new ChangeLog.Scope.Keys();
        while (!closing) {
            long now = System.nanoTime();
            Optional<ChangeLog.Page> page = log.read(at, scope, PAGE);
            if (page.isEmpty()) {
                LogPosition end = log.end();
                position = end;
                behind = 0;
                listeners.forEach(each -> each.lost(end));
                at(now);
                return false;
            }
            at = page.get().next();
            position = at;
            behind = page.get().behind();
            tell(page.get());
            if (page.get().isLast()) {
                toldUpTo(page.get(), now);
                return page.get().isHeldBack();
            }
        }
        return false;
    }

    /// Where others write all the time, some transaction holds back the end of the log at any
    /// moment. But what was the end a while ago is soon behind.
    private void toldUpTo(ChangeLog.Page page, long readAt) {
        if (!page.isHeldBack()) {
            at(readAt);
            return;
        }
        if (awaited != null && page.complete() >= awaited.number()) {
            at(awaited.time());
        }
        if (awaited == null) {
            awaited = new End(readAt, page.last());
        }
    }

    private void tell(ChangeLog.Page page) {
        for (Listener each : listeners) {
            try {
                each.changed(page.changes(), page.next());
            } catch (RuntimeException failure) {
                LOG.log(Level.SEVERE, "a listener of the change log failed", failure);
                each.lost(page.next());
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        // Not interrupted: that would break the connections they are using.
        wake.release();
        announce.release();
        try {
            reader.join(Duration.ofSeconds(5));
            announcer.join(Duration.ofSeconds(5));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
