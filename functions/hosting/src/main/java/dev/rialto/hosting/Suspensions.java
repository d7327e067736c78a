package dev.rialto.hosting;

import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Moves a micro app to processes of its own that was suspended again and again: there it takes
/// nothing from others.
final class Suspensions {
    private static final Logger LOG = Logger.getLogger(Suspensions.class.getName());
    private static final Duration WINDOW = Duration.ofHours(1);

    private final int most;
    private final Mover mover;
    private final FunctionLog log;
    private final Timing timing;
    private final Map<Key, Deque<Long>> recent = new HashMap<>();
    private final Map<Key, Long> stuckAt = new HashMap<>();

    private record Key(App app, String microApp) {}

    /// Moves a micro app.
    interface Mover {
        /// @throws RefusedException when it can't be run there
        void move(App app, String microApp, String runtime, String why);
    }

    /// @param most how many suspensions within an hour move it; 0 if none do
    Suspensions(int most, Mover mover, FunctionLog log, Timing timing) {
        this.most = most;
        this.mover = mover;
        this.log = log;
        this.timing = timing;
    }

    /// A function of a micro app was suspended.
    ///
    /// @param runtime where it runs
    void suspended(App app, String microApp, String runtime) {
        if (most > 0 && Placements.isAmongOthers(runtime) && isTooMuch(new Key(app, microApp))) {
            move(app, microApp, "it was suspended " + most + " times within an hour");
        }
    }

    /// Calls of a micro app do not end, and keep processors busy.
    void stuck(App app, String microApp, String runtime) {
        if (most > 0 && Placements.isAmongOthers(runtime) && isFirst(new Key(app, microApp))) {
            move(app, microApp, "calls of it did not end");
        }
    }

    private synchronized boolean isTooMuch(Key key) {
        Deque<Long> times = recent.computeIfAbsent(key, _ -> new ArrayDeque<>());
        times.removeIf(each -> !isRecent(each));
        times.addLast(timing.nanos());
        if (times.size() < most) {
            return false;
        }
        recent.remove(key);
        return true;
    }

    /// Whether it has not been moved lately: that takes a while, and may be impossible.
    private synchronized boolean isFirst(Key key) {
        Long before = stuckAt.get(key);
        if (before != null && isRecent(before)) {
            return false;
        }
        stuckAt.put(key, timing.nanos());
        return true;
    }

    private boolean isRecent(long time) {
        return timing.nanos() - time <= WINDOW.toNanos();
    }

    private void move(App app, String microApp, String why) {
        timing.thread("isolate-" + microApp, () -> moveNow(app, microApp, why)).start();
    }

    private void moveNow(App app, String microApp, String why) {
        String told;
        try {
            mover.move(app, microApp, Placements.ISOLATED, why);
            told = microApp + " runs in a process of its own now: " + why;
        } catch (RefusedException | RialtoException | StoreException failure) {
            told = microApp + " can't be moved to a process of its own: " + failure.getMessage();
        }
        String line = told;
        LOG.log(Level.WARNING, () -> app.id() + ": " + line);
        log.add(app, microApp, "warn", "", line);
    }
}
