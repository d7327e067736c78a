package dev.rialto.hosting;

import java.util.Arrays;

/// How many calls there were in each of the last seconds. For one thread at a time.
final class CallRate {
    private final int[] counts;
    private long latest;

    /// @param length how many seconds are looked back
    CallRate(int length) {
        counts = new int[length];
    }

    /// @param second of now, by any clock
    void add(long second) {
        turnTo(second);
        counts[slot(Math.max(second, latest))]++;
    }

    /// The mean over the whole seconds before this one.
    double perSecond(long now) {
        turnTo(now);
        long sum = Arrays.stream(counts).asLongStream().sum() - counts[slot(latest)];
        return (double) sum / (counts.length - 1);
    }

    private void turnTo(long second) {
        // Or the clock was put back.
        if (Math.abs(second - latest) >= counts.length) {
            Arrays.fill(counts, 0);
            latest = second;
        }
        while (latest < second) {
            latest++;
            counts[slot(latest)] = 0;
        }
    }

    private int slot(long second) {
        return (int) (second % counts.length);
    }
}
