package dev.rialto.hosting;

import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Calls interfaces when their time has come. Every node looks once a second; the one that sets the
/// next time is the one that calls, so that each time is called on one node, and what was missed
/// while none ran is called once. A node that is killed between the two has not called.
final class Schedules implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Schedules.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LOOKS_FOR_FUNCTION = 10;

    private final ScheduleStore store;
    private final BackgroundCalls calls;
    private final InstantSource clock;
    private final Timing timing;
    private final Closing closing;
    private final Thread ticker;

    Schedules(ScheduleStore store, BackgroundCalls calls, InstantSource clock, Timing timing) {
        this.store = store;
        this.calls = calls;
        this.clock = clock;
        this.timing = timing;
        this.closing = new Closing(timing);
        this.ticker = timing.thread("schedules", this::tick);
    }

    void start() {
        ticker.start();
    }

    private void tick() {
        try {
            while (!closing.await(BETWEEN_LOOKS)) {
                try {
                    store.due().forEach(this::take);
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "can't check schedules; trying again", failure);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(ScheduleStore.Due due) {
        if (!closing.hasBegun() && store.claim(due, next(due))) {
            timing.thread("schedule-" + due.target().address(), () -> call(due.target(), due.at()))
                    .start();
        }
    }

    private Optional<Instant> next(ScheduleStore.Due due) {
        try {
            // A clock that was put back in the meantime must not make the same time due again.
            Instant now = clock.instant();
            return CronTimes.of(due.schedule().cron(), due.schedule().zone())
                    .after(now.isBefore(due.at()) ? due.at() : now);
        } catch (IllegalArgumentException unreadable) {
            calls.log(
                    due.target(),
                    "error",
                    due.target().address()
                            + " is no longer called by schedule: "
                            + unreadable.getMessage());
            return Optional.empty();
        }
    }

    private void call(BackgroundCalls.Target target, Instant at) {
        try {
            for (int look = 1; look < LOOKS_FOR_FUNCTION && !calls.isKnown(target); look++) {
                if (closing.await(BETWEEN_LOOKS)) {
                    return;
                }
            }
            calls.call(target, Json.object());
        } catch (RuntimeException failure) {
            calls.log(
                    target,
                    "error",
                    target.address()
                            + ", due at "
                            + at
                            + ", failed: "
                            + BackgroundCalls.told(failure));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Begins no more calls. Those under way end with their runtime.
    @Override
    public void close() {
        closing.begin();
        try {
            if (ticker.isAlive()) {
                timing.join(ticker, PATIENCE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
