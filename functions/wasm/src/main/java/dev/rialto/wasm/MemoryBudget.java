package dev.rialto.wasm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The memory that the calls of all micro apps may use together, in pages, of which no app gets
/// more than its share.
final class MemoryBudget {
    private final int maxOfApp;
    private final int max;
    private final AtomicInteger used = new AtomicInteger();
    private final Map<String, AtomicInteger> usedOfApp = new ConcurrentHashMap<>();

    MemoryBudget(int max, int maxOfApp) {
        this.max = max;
        this.maxOfApp = maxOfApp;
    }

    int used() {
        return used.get();
    }

    /// The memory of one call, which is given back when it is closed.
    Lease lease(String app) {
        return new Lease(usedOfApp.computeIfAbsent(app, _ -> new AtomicInteger()));
    }

    /// What one call uses. To be used by one thread.
    final class Lease implements AutoCloseable {
        private final AtomicInteger ofApp;
        private int taken;

        private Lease(AtomicInteger ofApp) {
            this.ofApp = ofApp;
        }

        /// Takes some pages.
        ///
        /// @return whether there were as many
        boolean take(int pages) {
            if (!take(ofApp, pages, maxOfApp)) {
                return false;
            }
            if (!take(used, pages, max)) {
                ofApp.addAndGet(-pages);
                return false;
            }
            taken += pages;
            return true;
        }

        private static boolean take(AtomicInteger from, int pages, int max) {
            int now = from.get();
            while (pages <= max - now) {
                if (from.compareAndSet(now, now + pages)) {
                    return true;
                }
                now = from.get();
            }
            return false;
        }

        @Override
        public void close() {
            used.addAndGet(-taken);
            ofApp.addAndGet(-taken);
            taken = 0;
        }
    }
}
