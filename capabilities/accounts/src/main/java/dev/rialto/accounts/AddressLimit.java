package dev.rialto.accounts;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// Limits how often something happens from one client address within a window. Attempts reserve a
/// slot before they begin, so that concurrent attempts can't exceed the limit together.
final class AddressLimit {
    private final int max;
    private final String what;
    private final Duration window;
    private final Duration patience;
    private final InstantSource clock;
    private final LoadingCache<String, Tally> tallies;

    /// @param max 0 for no limit
    /// @param what the limited thing in the plural, for messages
    /// @param patience how long an attempt waits for the outcome of others from its address
    /// @param remembered how many addresses are kept; the least recently seen are dropped first
    AddressLimit(
            int max,
            String what,
            Duration window,
            Duration patience,
            int remembered,
            InstantSource clock) {
        this.max = max;
        this.what = what;
        this.window = window;
        this.patience = patience;
        this.clock = clock;
        this.tallies =
                Caffeine.newBuilder()
                        .maximumSize(remembered)
                        .expireAfterAccess(window)
                        .build(_ -> new Tally());
    }

    /// The number of attempts in the window, and of pending ones. Guarded by its own lock.
    private static final class Tally {
        private int counted;
        private int reserved;
        private Instant since = Instant.MIN;
    }

    /// The slot of one attempt. Closing it releases the slot unless the attempt was counted.
    final class Reservation implements AutoCloseable {
        private final Tally tally;
        private boolean counts;

        private Reservation(Tally tally) {
            this.tally = tally;
        }

        void count() {
            counts = true;
        }

        @Override
        public void close() {
            synchronized (tally) {
                tally.reserved--;
                if (counts) {
                    if (tally.counted == 0) {
                        tally.since = clock.instant();
                    }
                    tally.counted++;
                }
                tally.notifyAll();
            }
        }
    }

    /// Reserves a slot, and waits while pending attempts could still use up the limit.
    ///
    /// @param address of the client; empty for calls within the server, which have no limit
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED if the limit is reached
    Reservation reserve(String address) {
        if (max == 0 || address.isEmpty()) {
            return new Reservation(new Tally());
        }
        try {
            return reserve(tallies.get(ClientNetwork.of(address)));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw Argon2Hasher.busy();
        }
    }

    private Reservation reserve(Tally tally) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (tally) {
            while (!hasRoom(tally)) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw Argon2Hasher.busy();
                }
                tally.wait(left);
            }
            tally.reserved++;
            return new Reservation(tally);
        }
    }

    private boolean hasRoom(Tally tally) {
        Instant now = clock.instant();
        Instant end = tally.since.plus(window);
        if (!now.isBefore(end)) {
            tally.counted = 0;
        }
        if (tally.counted >= max) {
            throw exceeded(Duration.between(now, end));
        }
        return tally.counted + tally.reserved < max;
    }

    private RialtoException exceeded(Duration left) {
        return new RialtoException(
                ErrorCode.REQUEST_LIMIT_EXCEEDED,
                "too many "
                        + what
                        + " from your address; try again after "
                        + AttemptLimits.minutes(left),
                left);
    }
}
