package dev.rialto.hosting;

import java.util.Arrays;

/// How many calls there were lately, and how long they took. For one thread at a time. It is
/// extended rather than held by what counts calls, so that all of that lies together in memory.
///
/// How many is the one-minute rate: a moving average whose weights fall exponentially, to 1/e in a
/// minute. How long is counted in buckets that grow with what they hold, so that a quantile is at
/// most a sixteenth too high. Two windows of five minutes follow each other; what is asked for is
/// of the whole of the one before and what there is of the current one.
class RecentCalls {
    private static final double FADING = Math.exp(-1.0 / 60);
    private static final int LATE_SECONDS = 60;
    private static final int STEPS = 16;
    private static final int STEP_BITS = 4;

    /// Enough for the bucket of the longest call that a long can tell.
    private static final int BUCKET_BITS = 10;

    private static final long WINDOW_SECONDS = 300;
    private static final int[] NONE = {};

    private long latest;

    /// A call counts one, and less from second to second.
    private double weight;

    private long ends;

    /// Buckets of the latest calls, [#BUCKET_BITS] for each, that are counted together: calls of
    /// many functions in turn find none of their buckets in the processor's caches.
    private long uncounted;

    private int uncountedCalls;

    /// As long as the longest call needs.
    private int[] current = NONE;

    private int[] before = NONE;

    /// @param second of now, by any clock
    final void add(long micros, long second) {
        fadeTo(second);
        weight++;
        turnIfOver(second);
        uncounted = uncounted << BUCKET_BITS | bucket(Math.max(0, micros));
        uncountedCalls++;
        if (uncountedCalls == Long.SIZE / BUCKET_BITS) {
            settle();
        }
    }

    private void settle() {
        for (; uncountedCalls > 0; uncountedCalls--) {
            int bucket = (int) (uncounted & (1 << BUCKET_BITS) - 1);
            uncounted >>>= BUCKET_BITS;
            if (bucket >= current.length) {
                current = Arrays.copyOf(current, (bucket / STEPS + 1) * STEPS);
            }
            current[bucket]++;
        }
    }

    /// How many calls there are in a second.
    ///
    /// @param second of now
    final double perSecond(long second) {
        fadeTo(second);
        return weight * (1 - FADING);
    }

    private void fadeTo(long second) {
        long passed = second - latest;
        // Of calls that end at once one may be counted a second late; else the clock was put back.
        if (passed > 0 || passed < -LATE_SECONDS) {
            weight *= Math.pow(FADING, (double) Math.max(0, passed));
            latest = second;
        }
    }

    private void turnIfOver(long second) {
        if (second >= ends) {
            settle();
            boolean follows = second < ends + WINDOW_SECONDS;
            before = follows ? current : NONE;
            current = NONE;
            ends = second + WINDOW_SECONDS;
        }
    }

    /// What this part of the calls took at most, in microseconds; 0 when there were none.
    ///
    /// @param part from 0 to 1
    /// @param second of now
    final long quantile(double part, long second) {
        turnIfOver(second);
        settle();
        long total = Arrays.stream(current).asLongStream().sum();
        total += Arrays.stream(before).asLongStream().sum();
        long wanted = Math.max(1, (long) Math.ceil(total * part));
        long seen = 0;
        for (int i = 0; i < Math.max(current.length, before.length); i++) {
            seen += i < current.length ? current[i] : 0;
            seen += i < before.length ? before[i] : 0;
            if (seen >= wanted) {
                return top(i);
            }
        }
        return 0;
    }

    private static int bucket(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - STEP_BITS;
        return (shift + 1) * STEPS + (int) (value >>> shift) - STEPS;
    }

    private static long top(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int shift = bucket / STEPS - 1;
        return ((long) (bucket % STEPS + STEPS + 1) << shift) - 1;
    }
}
