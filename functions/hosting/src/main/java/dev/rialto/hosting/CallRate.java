package dev.rialto.hosting;

import java.util.Arrays;

/// How many calls there were in the last minute, counted by some seconds each. For one thread at a
/// time.
final class CallRate {
    private static final int SLOTS = 12;
    private static final int SECONDS_EACH = 5;

    private final int[] counts = new int[SLOTS];
    private long latest;

    /// @param second of now, by any clock
    void add(long second) {
        turnTo(second / SECONDS_EACH);
        counts[slot(latest)]++;
    }

    /// The mean over what is over: all of them but those seconds that go on.
    ///
    /// @param second of now
    double perSecond(long second) {
        turnTo(second / SECONDS_EACH);
        long sum = Arrays.stream(counts).asLongStream().sum() - counts[slot(latest)];
        return (double) sum / ((SLOTS - 1) * SECONDS_EACH);
    }

    private void turnTo(long now) {
        // Or the clock was put back.
        if (Math.abs(now - latest) >= SLOTS) {
            Arrays.fill(counts, 0);
            latest = now;
        }
        while (latest < now) {
            latest++;
            counts[slot(latest)] = 0;
        }
    }

    private static int slot(long number) {
        return (int) (number % SLOTS);
    }
}
