package dev.rialto.hosting;

import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.LogPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The subscribers that this node holds. It takes those that no node holds, and holds them until it
/// ends: one that ends well gives them back at once, one that is killed loses them when their
/// leases end.
final class Subscribers implements ChangeTail.Listener, AutoCloseable {
    /// For how long a node holds a subscriber.
    static final Duration LEASE = Duration.ofSeconds(15);

    private static final Logger LOG = Logger.getLogger(Subscribers.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_PER_RENEWAL = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// So long before its end a lease is not relied upon.
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private record Table(String schema, String name) {}

    private record Running(Subscriber subscriber, Thread thread) {}

    private final Subscriber.Ground ground;
    private final ChangeTail tail;
    private final Map<Long, Running> held = new ConcurrentHashMap<>();
    private final Map<Table, Set<Subscriber>> byTable = new ConcurrentHashMap<>();
    private volatile Optional<LogPosition> passedOn = Optional.empty();
    private boolean followsTail;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread keeper = Thread.ofVirtual().name("subscribers").unstarted(this::keep);

    Subscribers(
            SubscriberStore store,
            ChangeLog log,
            ChangeTail tail,
            SubscriberMessages messages,
            BackgroundCalls calls) {
        this.ground = new Subscriber.Ground(store, log, messages, calls, () -> passedOn);
        this.tail = tail;
    }

    void start() {
        keeper.start();
    }

    private void keep() {
        try {
            int looks = 0;
            while (!closing.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                looks++;
                try {
                    if (looks % LOOKS_PER_RENEWAL == 0 && !held.isEmpty()) {
                        renew();
                    }
                    take();
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "can't check subscribers; trying again", failure);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static long leaseEnd(long asked) {
        return asked + LEASE.minus(MARGIN).toNanos();
    }

    private void renew() {
        long asked = System.nanoTime();
        Set<Long> kept = ground.store().renew(held.keySet());
        held.forEach((id, each) -> {
            if (kept.contains(id)) {
                each.subscriber().hold(leaseEnd(asked));
            } else {
                each.subscriber().stop();
            }
        });
    }

    private void take() {
        long asked = System.nanoTime();
        for (SubscriberStore.Held each : ground.store().take()) {
            // One that this node lost and has again goes on when its former thread has ended and
            // this lease too.
            if (!held.containsKey(each.id())) {
                if (!followsTail) {
                    tail.follow(this);
                    followsTail = true;
                }
                begin(new Subscriber(ground, each, leaseEnd(asked)));
            }
        }
    }

    private void begin(Subscriber subscriber) {
        Table table = table(subscriber);
        Thread thread =
                Thread.ofVirtual()
                        .name("subscriber-" + subscriber.target().address())
                        .unstarted(() -> run(subscriber, table));
        held.put(subscriber.id(), new Running(subscriber, thread));
        byTable.computeIfAbsent(table, _ -> ConcurrentHashMap.newKeySet()).add(subscriber);
        thread.start();
    }

    private Table table(Subscriber subscriber) {
        BackgroundCalls.Target target = subscriber.target();
        return new Table(target.app().schema(), ground.messages().table(target.binding()));
    }

    private void run(Subscriber subscriber, Table table) {
        try {
            subscriber.run();
        } finally {
            byTable.computeIfPresent(
                    table,
                    (_, same) -> {
                        same.remove(subscriber);
                        return same.isEmpty() ? null : same;
                    });
            held.remove(subscriber.id());
            release(subscriber);
        }
    }

    private void release(Subscriber subscriber) {
        try {
            ground.store().release(subscriber.id());
        } catch (RuntimeException failure) {
            LOG.log(Level.FINE, "a subscriber stays with this node until its lease ends", failure);
        }
    }

    @Override
    public void changed(List<Change> changes, LogPosition next) {
        for (Change each : changes) {
            Set<Subscriber> concerned = byTable.get(new Table(each.schema(), each.table()));
            if (concerned != null) {
                concerned.forEach(Subscriber::wake);
            }
        }
        passedOn = Optional.of(next);
    }

    @Override
    public void lost(LogPosition next) {
        held.values().forEach(each -> each.subscriber().wake());
        passedOn = Optional.of(next);
    }

    /// Gives the calls under way a moment to end.
    @Override
    public void close() {
        closing.countDown();
        try {
            if (keeper.isAlive()) {
                keeper.join(PATIENCE);
            }
            tail.unfollow(this);
            List<Running> all = new ArrayList<>(held.values());
            all.forEach(each -> each.subscriber().stop());
            long end = System.nanoTime() + PATIENCE.toNanos();
            for (Running each : all) {
                each.thread().join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
