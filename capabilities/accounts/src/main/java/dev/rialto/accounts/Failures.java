package dev.rialto.accounts;

import java.time.Duration;
import java.time.Instant;

/// The wrong passwords of one account, or of one account from one network.
///
/// @param wrong how many there were since
/// @param locks how often they have locked it
record Failures(int wrong, int locks, Instant since, Instant lockedUntil) {
    static final Failures NONE = new Failures(0, 0, Instant.EPOCH, Instant.EPOCH);

    private static final int MAX_DOUBLINGS = 20;

    /// How many wrong passwords lock, and for how long.
    ///
    /// @param max 0 never locks
    /// @param window the period of counting
    /// @param time how long the first lock lasts
    /// @param maxTime each further one lasts twice as long, up to this
    record Limit(int max, Duration window, Duration time, Duration maxTime) {}

    boolean isLocked(Instant now) {
        return now.isBefore(lockedUntil);
    }

    /// What counts now: nothing of what happened before the window.
    Failures at(Instant now, Limit limit) {
        Instant begin = now.minus(limit.window());
        return since.isBefore(begin) && lockedUntil.isBefore(begin) ? NONE : this;
    }

    /// With one more. After a lock, one more attempt is allowed, and a longer lock follows if that
    /// fails, too.
    Failures failed(Instant now, Limit limit) {
        Failures last = at(now, limit);
        Instant begin = last.wrong == 0 ? now : last.since;
        if (limit.max() == 0 || last.wrong + 1 < limit.max()) {
            return new Failures(last.wrong + 1, last.locks, begin, last.lockedUntil);
        }
        Duration time = limit.time().multipliedBy(1L << Math.min(last.locks, MAX_DOUBLINGS));
        Duration bounded = time.compareTo(limit.maxTime()) < 0 ? time : limit.maxTime();
        Instant end = now.plus(bounded);
        return new Failures(limit.max() - 1, last.locks + 1, end, end);
    }
}
