package dev.rialto.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Counts calls against limits: a token bucket for each limit and whoever it counts. A bucket that
/// nobody used for the time of its limit is full again and is forgotten. Safe for use by many
/// threads.
final class Counters {
    /// Those least used are forgotten first, and their callers start over.
    private static final int MAX_BUCKETS = 200_000;

    private static final int KEY_BYTES = 12;

    /// Other nodes hear of what is used in steps of a hundredth of the limit, or of one call.
    private static final int SHARES = 100;

    private final TimeMeter clock;
    private final Cache<String, Counter> counters;

    /// @param nanos a clock that never goes back, as that of [dev.rialto.kernel.Timing]
    Counters(LongSupplier nanos) {
        this.clock = new Meter(nanos);
        this.counters =
                Caffeine.newBuilder()
                        .maximumSize(MAX_BUCKETS)
                        .ticker(nanos::getAsLong)
                        .expireAfter(Expiry.accessing((String _, Counter it) -> it.untilFull()))
                        .build();
    }

    /// Calls that some node has let pass, for the other nodes.
    ///
    /// @param key of the bucket
    /// @param calls of its limit
    /// @param time of its limit
    record Use(String key, int calls, Duration time, long used) {}

    private record Meter(LongSupplier nanos) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanos.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    private static final class Counter {
        private static final Duration MAX_OWED = Duration.ofDays(10_000);

        private final Bucket bucket;
        private final int calls;
        private final Duration time;
        private final AtomicLong untold = new AtomicLong();

        Counter(TimeMeter clock, int calls, Duration time) {
            this.calls = calls;
            this.time = time;
            this.bucket =
                    Bucket.builder()
                            .withCustomTimePrecision(clock)
                            .addLimit(limit -> limit.capacity(calls).refillGreedy(calls, time))
                            .build();
        }

        /// How long it may be left alone before it is as good as new, once one more call is
        /// counted. It takes longer than the time of the limit when nodes together let too much
        /// pass.
        Duration untilFull() {
            long owed = Math.max(0, -bucket.getAvailableTokens());
            double nanos = (double) time.toNanos() / calls * owed;
            return time.plusNanos(Math.min((long) nanos, MAX_OWED.toNanos()));
        }
    }

    /// Counts a call.
    ///
    /// @param who it is counted for, of all that this limit counts
    /// @return how long to wait, when the limit is reached
    Optional<Duration> count(RateLimit limit, String who) {
        Counter counter = counter(key(limit, who), limit.calls(), limit.time());
        var probe = counter.bucket.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            counter.untold.incrementAndGet();
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /// Takes back what was counted for a call that another limit refused.
    void discount(RateLimit limit, String who) {
        Counter counter = counter(key(limit, who), limit.calls(), limit.time());
        counter.bucket.addTokens(1);
        counter.untold.decrementAndGet();
    }

    /// What was used since the last time, the most used first.
    List<Use> untold(int limit) {
        List<Use> uses = new ArrayList<>();
        counters.asMap()
                .forEach((key, counter) -> {
                    long used = counter.untold.get();
                    if (used > 0 && used >= counter.calls / SHARES) {
                        uses.add(new Use(key, counter.calls, counter.time, used));
                    }
                });
        uses.sort((one, other) -> Double.compare(share(other), share(one)));
        List<Use> told = List.copyOf(uses.subList(0, Math.min(limit, uses.size())));
        for (Use each : told) {
            Counter counter = counters.getIfPresent(each.key());
            if (counter != null) {
                counter.untold.addAndGet(-each.used());
            }
        }
        return told;
    }

    private static double share(Use use) {
        return (double) use.used() / use.calls();
    }

    /// Counts what another node let pass.
    void countElsewhere(Use use) {
        // Counted inside, so that it is kept for as long as what is owed then takes.
        var _ =
                counters.asMap()
                        .compute(
                                use.key(),
                                (_, known) -> {
                                    Counter counter =
                                            known == null
                                                    ? new Counter(clock, use.calls(), use.time())
                                                    : known;
                                    counter.bucket.consumeIgnoringRateLimits(use.used());
                                    return counter;
                                });
    }

    int size() {
        return (int) counters.estimatedSize();
    }

    private Counter counter(String key, int calls, Duration time) {
        return counters.get(key, _ -> new Counter(clock, calls, time));
    }

    /// Of one size, and not what it stands for: other nodes are told of it through the database.
    private static String key(RateLimit limit, String who) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest((limit + "\n" + who).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Arrays.copyOf(hash, KEY_BYTES));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
