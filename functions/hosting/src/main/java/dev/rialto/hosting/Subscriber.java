package dev.rialto.hosting;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.LogPosition;
import dev.rialto.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// One subscriber that this node holds: its thread reads the log and calls the interface for one
/// change after the other. How far it is is stored behind each call, so a change whose call was cut
/// off is told again.
final class Subscriber {
    private static final Logger LOG = Logger.getLogger(Subscriber.class.getName());
    private static final int PAGE = 100;
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// How much longer each pause is than the one before.
    private static final int GROWTH = 3;

    /// How often a subscriber for whom nothing happens notes that it is further. The log drops what
    /// is old, and a place that it dropped looks as if something was missed.
    private static final Duration IDLE = Duration.ofMinutes(1);

    /// What all subscribers of a node share.
    ///
    /// @param passedOn up to where all subscribers have been woken for what concerns them
    record Shared(
            SubscriberStore store,
            SubscriberMessages messages,
            BackgroundCalls calls,
            Supplier<Optional<LogPosition>> passedOn,
            Timing timing) {}

    private enum News {
        SOME,
        NONE,
        STOP
    }

    private final Shared shared;
    private final SubscriberStore.LeasedSubscriber held;
    private final ChangeLog.Scope.Tables scope;
    private LogPosition position;
    private LogPosition saved;
    private int failures;
    private volatile long leasedUntil;
    private boolean hasNews = true;
    private boolean isStopped;

    /// @param leasedUntil of [Timing#nanos]
    Subscriber(Shared shared, SubscriberStore.LeasedSubscriber held, long leasedUntil) {
        this.shared = shared;
        this.held = held;
        this.scope =
                new ChangeLog.Scope.Tables(
                        held.target().app().schema(),
                        shared.messages().tables(held.target().binding()));
        this.position = held.position().orElseGet(() -> shared.store().end());
        this.saved = position;
        this.failures = held.failures();
        this.leasedUntil = leasedUntil;
    }

    long id() {
        return held.id();
    }

    SubscriberStore.LeasedSubscriber held() {
        return held;
    }

    BackgroundCalls.Target target() {
        return held.target();
    }

    /// Says that there may be something to tell.
    synchronized void wake() {
        hasNews = true;
        shared.timing().wake(this);
    }

    /// Ends it behind the call that is under way.
    synchronized void stop() {
        isStopped = true;
        shared.timing().wake(this);
    }

    /// @param until of [Timing#nanos]
    void hold(long until) {
        leasedUntil = until;
    }

    /// Tells the subscriber what happens, until it is stopped or held by another node.
    void run() {
        try {
            boolean isHeld = true;
            while (isHeld) {
                try {
                    isHeld =
                            switch (await()) {
                                case SOME -> readOn();
                                case NONE -> rest();
                                case STOP -> false;
                            };
                } catch (RuntimeException failure) {
                    LOG.log(
                            Level.WARNING,
                            failure,
                            () ->
                                    target().address()
                                            + " can't be called for changes; trying again");
                    wake();
                    pause(PAUSE);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized News await() throws InterruptedException {
        long end = shared.timing().nanos() + IDLE.toNanos();
        for (long left = left(end); !isStopped && !hasNews && left > 0; left = left(end)) {
            shared.timing().await(this, left);
        }
        if (isStopped) {
            return News.STOP;
        }
        News news = hasNews ? News.SOME : News.NONE;
        hasNews = false;
        return news;
    }

    private synchronized boolean pause(Duration pause) throws InterruptedException {
        long end = shared.timing().nanos() + pause.toNanos();
        for (long left = left(end); !isStopped && left > 0; left = left(end)) {
            shared.timing().await(this, left);
        }
        return !isStopped;
    }

    private long left(long end) {
        return end - shared.timing().nanos();
    }

    private synchronized boolean isStopped() {
        return isStopped;
    }

    /// Notes that nothing happened.
    private boolean rest() {
        Optional<LogPosition> reached = shared.passedOn().get();
        synchronized (this) {
            if (hasNews || reached.isEmpty() || reached.get().compareTo(position) <= 0) {
                return true;
            }
        }
        return moveTo(reached.get());
    }

    /// @return whether it is still held
    private boolean readOn() throws InterruptedException {
        while (true) {
            Optional<ChangeLog.Page> page = shared.store().read(position, scope, PAGE);
            if (page.isEmpty()) {
                shared.calls()
                        .log(
                                target(),
                                "error",
                                target().address()
                                        + " missed changes: the log doesn't reach back to its"
                                        + " position. It continues with changes from now on");
                if (!moveTo(shared.store().end())) {
                    return false;
                }
                continue;
            }
            for (Change each : page.get().changes()) {
                if (!pass(each)) {
                    return false;
                }
            }
            if (!position.equals(saved) && !moveTo(position)) {
                return false;
            }
            // What lies between the last change and here is noted when it rests.
            position = page.get().next();
            saved = position;
            if (page.get().isLast()) {
                return true;
            }
        }
    }

    private boolean pass(Change change) throws InterruptedException {
        while (true) {
            if (!awaitLease()) {
                return false;
            }
            if (!shared.calls().isKnown(target())) {
                // It was deployed or removed a moment ago, and this node hears of it soon.
                pause(PAUSE);
                continue;
            }
            try {
                Optional<ObjectNode> told =
                        shared.messages().of(target().app(), target().binding(), change);
                if (told.isEmpty()) {
                    position = change.position();
                    return true;
                }
                shared.calls().call(target(), told.get());
                return moveTo(change.position());
            } catch (StoreException failure) {
                throw failure;
            } catch (RuntimeException failure) {
                if (isStopped()) {
                    return false;
                }
                if (isToWait(failure)) {
                    pause(PAUSE);
                } else if (!failed(change, failure)) {
                    return moveTo(change.position());
                }
            }
        }
    }

    /// A call needs the lease, which may come back after the database was away.
    private boolean awaitLease() throws InterruptedException {
        while (left(leasedUntil) < 0) {
            if (!pause(PAUSE)) {
                return false;
            }
        }
        return !isStopped();
    }

    /// Whether the call was not begun for a reason that passes.
    private boolean isToWait(RuntimeException failure) {
        return !shared.calls().isKnown(target())
                || (failure instanceof RialtoException told
                        && (told.code() == ErrorCode.OVERLOADED
                                || told.code() == ErrorCode.FUNCTION_SUSPENDED));
    }

    /// @return whether it is to be tried again
    private boolean failed(Change change, RuntimeException failure) throws InterruptedException {
        failures++;
        boolean again = failures < TRIES;
        shared.calls()
                .log(
                        target(),
                        again ? "warn" : "error",
                        target().address()
                                + " failed for the change "
                                + change.position().number()
                                + " of "
                                + change.table()
                                + " "
                                + change.key()
                                + (again
                                        ? " and will be retried: "
                                        : " " + failures + " times, so the change is skipped: ")
                                + BackgroundCalls.told(failure));
        if (again) {
            if (!shared.store().save(held, saved, failures)) {
                stop();
            }
            pause(PAUSE.multipliedBy((long) Math.pow(GROWTH, failures - 1.0)));
        }
        return again;
    }

    private boolean moveTo(LogPosition next) {
        if (!shared.store().save(held, next, 0)) {
            return false;
        }
        failures = 0;
        position = next;
        saved = next;
        return true;
    }
}
