package dev.rialto.live;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Watching;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// The way of the events of one subscription to its receiver. Mostly they go straight there. Where
/// objects are to be included, or triggers decide what is seen, events wait for that, in their
/// order, while others go on.
final class Delivery {
    private static final Logger LOG = Logger.getLogger(Delivery.class.getName());

    /// More than so many events don't wait: a subscriber that is so far behind starts over.
    private static final int MAX_WAITING = 1_000;

    private final App app;
    private final Watching watching;
    private final LiveTriggers triggers;
    private final Subscription.Receiver receiver;
    private final Semaphore room;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition taken = lock.newCondition();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final boolean restricted;
    private boolean working;
    private boolean over;

    private enum Way {
        AT_ONCE,
        PREPARED,
        ENDED,
        NOWHERE
    }

    /// An event, for whom it is, and what they asked.
    private record Waiting(LiveEvent event, Caller caller, Watching.Request request) {}

    /// @param className of what is followed
    /// @param room how many deliveries may prepare events at the same time
    Delivery(
            App app,
            String className,
            Watching watching,
            LiveTriggers triggers,
            Subscription.Receiver receiver,
            Semaphore room) {
        this.app = app;
        this.watching = watching;
        this.triggers = triggers;
        this.receiver = receiver;
        this.room = room;
        this.restricted = isRestricted(className);
    }

    /// Whether a trigger decided what is followed.
    boolean isRestricted() {
        return restricted;
    }

    private boolean isRestricted(String className) {
        return watching.restricts(app, className) || triggers.restricts(app, className);
    }

    Subscription.Receiver receiver() {
        return receiver;
    }

    /// Passes on an event. Does not wait for what it takes to prepare it. Calls come one at a time.
    void pass(LiveEvent event, Caller caller, Watching.Request request) {
        switch (way(event, caller, request)) {
            case AT_ONCE -> receiver.happened(event);
            case PREPARED, NOWHERE -> {}
            case ENDED -> receiver.ended(Replay.expired());
        }
    }

    /// Which way an event takes; one that is to be prepared is on it then.
    private Way way(LiveEvent event, Caller caller, Watching.Request request) {
        lock.lock();
        try {
            if (over) {
                return Way.NOWHERE;
            }
            boolean changed = isRestricted(request.className()) != restricted;
            if (changed || waiting.size() >= MAX_WAITING) {
                stop();
                return Way.ENDED;
            }
            boolean plain =
                    !watching.prepares(app, request) && !triggers.hearsOf(app, request.className());
            if (!working && plain) {
                return Way.AT_ONCE;
            }
            waiting.add(new Waiting(event, caller, request));
            if (!working) {
                working = true;
                Thread.ofVirtual().name("live-delivery").start(this::work);
            }
            return Way.PREPARED;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        Optional<Waiting> next = take();
        while (next.isPresent()) {
            deliver(next.get());
            next = take();
        }
    }

    private Optional<Waiting> take() {
        lock.lock();
        try {
            Optional<Waiting> next = Optional.ofNullable(waiting.poll());
            working = next.isPresent();
            taken.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Waiting next) {
        try {
            Optional<LiveEvent> prepared = prepare(next);
            prepared.ifPresent(event -> unlessOver(() -> receiver.happened(event)));
        } catch (RialtoException refused) {
            unlessOver(() -> receiver.failed(refused));
        } catch (RuntimeException failure) {
            LOG.log(Level.SEVERE, "can't prepare an event", failure);
            unlessOver(() ->
                    receiver.failed(
                            new RialtoException(ErrorCode.INTERNAL, "Internal server error")));
        }
    }

    private Optional<LiveEvent> prepare(Waiting next) {
        room.acquireUninterruptibly();
        try {
            LiveEvent event = next.event();
            Optional<ObjectNode> object = prepared(next, event.object());
            Optional<ObjectNode> original =
                    object.isEmpty()
                            ? Optional.empty()
                            : event.original().flatMap(was -> prepared(next, was));
            return object.map(now -> new LiveEvent(event.kind(), event.position(), now, original))
                    .flatMap(told ->
                            triggers.telling(app, next.caller(), next.request().className(), told));
        } finally {
            room.release();
        }
    }

    private Optional<ObjectNode> prepared(Waiting next, ObjectNode shown) {
        return watching.prepared(app, next.caller(), next.request(), shown);
    }

    /// Not under the lock: receivers may call back.
    private void unlessOver(Runnable telling) {
        if (!isOver()) {
            telling.run();
        }
    }

    private boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is room for more, for somebody who catches up.
    void awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!over && waiting.size() > MAX_WAITING / 2) {
                taken.await();
            }
        } finally {
            lock.unlock();
        }
        receiver.awaitRoom();
    }

    /// Ends without a word: the subscriber wants no more.
    void stop() {
        lock.lock();
        try {
            over = true;
            waiting.clear();
            taken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Ends, and says why.
    void end(RialtoException why) {
        unlessOver(() -> {
            stop();
            receiver.ended(why);
        });
    }
}
