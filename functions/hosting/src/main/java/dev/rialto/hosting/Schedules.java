package dev.rialto.hosting;

import dev.rialto.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Calls interfaces when their time has come. Every node looks once a second; the one that sets the
/// next time is the one that calls, so that each time is called on one node, and what was missed
/// while none ran is called once. A node that is killed between the two has not called.
final class Schedules implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Schedules.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_FOR_FUNCTION = 10;

    private final ScheduleStore store;
    private final BackgroundCalls calls;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread ticker = Thread.ofVirtual().name("schedules").unstarted(this::tick);

    Schedules(ScheduleStore store, BackgroundCalls calls, InstantSource clock) {
        this.store = store;
        this.calls = calls;
        this.clock = clock;
    }

    void start() {
        ticker.start();
    }

    private void tick() {
        try {
            while (!closing.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
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
        if (closing.getCount() > 0 && store.claim(due, next(due))) {
            Thread.ofVirtual()
                    .name("schedule-" + due.target().address())
                    .start(() -> call(due.target(), due.at()));
        }
    }

    private Optional<Instant> next(ScheduleStore.Due due) {
        try {
            return CronTimes.of(due.schedule().cron(), due.schedule().zone())
                    .after(clock.instant());
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
                if (closing.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
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
        closing.countDown();
        try {
            if (ticker.isAlive()) {
                ticker.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
