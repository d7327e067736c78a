package dev.rialto.hosting;

import java.util.concurrent.atomic.AtomicLongArray;

/// How many calls there were in each of the last seconds. Approximate where two seconds meet.
final class CallRate {
    private final AtomicLongArray counts;
    private final AtomicLongArray seconds;

    /// @param length how many seconds are looked back
    CallRate(int length) {
        counts = new AtomicLongArray(length);
        seconds = new AtomicLongArray(length);
    }

    void add(long second) {
        int slot = (int) (second % counts.length());
        long known = seconds.get(slot);
        if (known != second && seconds.compareAndSet(slot, known, second)) {
            counts.set(slot, 0);
        }
        counts.incrementAndGet(slot);
    }

    /// The mean over the whole seconds before this one.
    double perSecond(long now) {
        long sum = 0;
        for (int slot = 0; slot < counts.length(); slot++) {
            long second = seconds.get(slot);
            if (second < now && second > now - counts.length()) {
                sum += counts.get(slot);
            }
        }
        return (double) sum / (counts.length() - 1);
    }
}
